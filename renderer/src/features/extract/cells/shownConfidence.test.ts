import { expect, it } from 'vitest'
import { shownConfidence } from './shownConfidence.ts'

it.each([[0.996, 0.99], [0.8977, 0.89], [0.9, 0.9], [0.29, 0.29], [1, 1], [0, 0]])('shows %f as %f', (confidence, shown) => {
  expect(shownConfidence(confidence)).toBe(shown)
})

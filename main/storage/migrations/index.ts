import { chats } from './0001-chats.ts'
import { models } from './0002-models.ts'
import { templates } from './0003-templates.ts'
import { runs } from './0004-runs.ts'
import { runInputs } from './0005-run-inputs.ts'
import { pagePictures } from './0006-page-pictures.ts'
import { givenPictures } from './0007-given-pictures.ts'
import { branches } from './0008-branches.ts'
import { finding } from './0009-finding.ts'
import { imageRegions } from './0010-image-regions.ts'
import { connections } from './0011-connections.ts'
import { answerOptions } from './0012-answer-options.ts'

/**
 * Every step of the schema, oldest first; `user_version` of a database counts the steps it has taken.
 * A step that was released never changes again: a change is a new step.
 */
export const migrations: readonly string[] = [
  chats,
  models,
  templates,
  runs,
  runInputs,
  pagePictures,
  givenPictures,
  branches,
  finding,
  imageRegions,
  connections,
  answerOptions,
]

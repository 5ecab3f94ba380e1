import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Picture } from '../../main/engine/protocol.ts'
import { randomPicture } from '../reference/pictures.ts'

/** A picture for both sides: decoded for our engine (as the image service hands it on), as a file for llama.cpp's programs. */
export interface BenchPicture extends Picture {
  readonly file: string
  /** The file in base64. */
  readonly encoded: string
}

/** Synthetic pictures, all different, in a folder that goes with them. */
export class BenchPictures {
  readonly #folder = mkdtempSync(join(tmpdir(), 'llava-desk-pictures-'))

  /** Same number, same picture. The side is that of the model: how pictures are scaled is another comparison. */
  async make(seed: number, side = 336): Promise<BenchPicture> {
    const { data, width, height } = randomPicture(side, side, seed + 1)
    const [path, file] = [join(this.#folder, `${seed}.ppm`), join(this.#folder, `${seed}.png`)]
    writeFileSync(path, Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data]))
    await sharp(data, { raw: { width, height, channels: 3 } }).png().toFile(file)
    return { key: `picture ${seed}`, path, file, encoded: readFileSync(file).toString('base64') }
  }

  async makeAll(count: number): Promise<BenchPicture[]> {
    return await Promise.all(Array.from({ length: count }, async (_, seed) => await this.make(seed)))
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Some inputs failed, each of which was reported when this is thrown: nothing is left to say but the exit code. */
export class InputsFailed extends Error {
  override readonly name = 'InputsFailed'
}

import type { InferContractRouterOutputs } from '@orpc/contract'
import type { EngineStatus, ModelInfo } from '../../contract/domains/model.ts'
import type { EngineProtocol, GenerateEvent, GenerateInput, LoadOptions, MeasureInput, Picture, PrefillInput, PromptPart, TemplateMessage } from '../protocol.ts'

type Outputs = InferContractRouterOutputs<EngineProtocol>

/**
 * What services see of the engine: one model in a process of its own, kept alive. `EngineClient` implements it.
 *
 * Every call that needs a model waits while one is loading or being reloaded after a crash, and rejects with an `AppError`:
 * `MODEL_NONE` where none was chosen, the error of the load where it failed, `ENGINE_CRASHED` or `OUT_OF_MEMORY` where the
 * process died under the call, `ENGINE_KEEPS_FAILING` after three crashes without one good reply between them (until `retry`),
 * `ENGINE_STOPPED` after `stop`, `ABORTED` where its signal aborted. No call has a time limit.
 */
export interface Engine {
  /** The state now. `subscribe` reports the changes; it does not call the listener with the present state. */
  readonly status: EngineStatus
  /** Returns the function that ends the subscription. */
  subscribe(listener: (status: EngineStatus) => void): () => void
  /** Id of the running process; null where none runs. */
  readonly processId: number | null

  /**
   * Chooses the model. Starts the process and the load at once and returns; follow `status` or wait for `ready`.
   * Another model replaces the one loaded; the same options again do nothing unless the last load failed. Where only the
   * adapters differ the weights stay: answers under way end as they began, those asked for from then on go through the new ones.
   */
  use(options: LoadOptions): void
  /** Resolves as soon as the chosen model can be asked; rejects like any call that needs a model. */
  ready(signal?: AbortSignal): Promise<ModelInfo>
  /** After a failure: closes the circuit and loads the chosen model again. Does nothing while one is loading or ready. */
  retry(): void
  /**
   * Where the chosen model had to be made smaller for want of memory (`ModelInfo.steppedDown`), or failed: forgets that and loads
   * it as it was asked for. Does nothing otherwise.
   */
  tryInFull(): void
  /** Forgets the chosen model and frees its memory. */
  unload(): Promise<void>
  /**
   * Lets go of these files, so that they can be deleted or replaced: unloads the model where the process has one of them open or
   * is about to (a split model goes by its first part), and waits for a process that is just ending. The model then is no longer chosen.
   */
  release(paths: readonly string[]): Promise<void>
  /**
   * Gives the memory back when no call was under way for so long (status `resting`); the next call that needs the model loads
   * it again. Null: never, which holds until this is called.
   */
  restAfter(minutes: number | null): void

  /** One answer. Rejects `CONTEXT_FULL`, `GRAMMAR_INVALID` and the errors of pictures. Ends after its `end` event; leaving the loop early or aborting the signal stops the work in the engine. */
  generate(input: GenerateInput, signal?: AbortSignal): AsyncIterable<GenerateEvent>
  /** Evaluates a prompt, so that an answer to what begins with it comes sooner. Rejects like `generate`; aborting the signal stops the work. */
  prefill(input: PrefillInput, signal?: AbortSignal): Promise<Outputs['prefill']>
  count(prompt: readonly PromptPart[], signal?: AbortSignal): Promise<Outputs['count']>
  tokenize(prompt: readonly PromptPart[], signal?: AbortSignal): Promise<Outputs['tokenize']>
  /** Whether the model's file brings a chat template, and the type of its projector. */
  template(signal?: AbortSignal): Promise<Outputs['template']>
  /** Writes messages with the chat template of the model's file. Rejects `TEMPLATE_FAILED` as well. */
  render(messages: readonly TemplateMessage[], signal?: AbortSignal): Promise<Outputs['render']>
  /** Which of these picture keys would need their pixels. */
  missing(keys: readonly string[], signal?: AbortSignal): Promise<Outputs['missing']>
  see(input: { picture: Picture; pixelsOut: string | null; embeddingsOut: string | null }, signal?: AbortSignal): Promise<Outputs['see']>
  /** What a backend is on this machine, asked in a process of its own; works without a model. */
  probe(backend: LoadOptions['backend'], signal?: AbortSignal): Promise<Outputs['probe']>
  /**
   * What loading a model would take on this machine, asked in a process of its own; what is loaded stays, and takes its part of
   * the free memory. Rejects as the load would, but for want of memory. `note`: why this backend and not another.
   */
  measure(options: MeasureInput, signal?: AbortSignal): Promise<Outputs['measure'] & { readonly note: string }>
  /** What the engine process takes now. Rejects `MODEL_NONE` at once where no model is ready; neither wakes a resting model nor keeps one from resting. */
  memory(signal?: AbortSignal): Promise<Outputs['memory']>

  /** Ends the process for good, politely first; calls in flight reject with `ENGINE_STOPPED`. Never rejects. */
  stop(): Promise<void>
}

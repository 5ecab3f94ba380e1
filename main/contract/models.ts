import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { catalogueModel, repository, revision } from './domains/catalogue.ts'
import { id } from './domains/chat.ts'
import { download, downloadRequest, repositoryListing } from './domains/download.ts'
import { adapter, installedModel, inspection, memoryReading, plan, planChoices, refusedFile } from './domains/library.ts'
import { modelFiles } from './domains/model.ts'
import { promptTemplates } from './promptTemplates.ts'

const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })
const byId = z.object({ id })
const nothing = z.object({})

/** The part of the API about models at hand and models to be had. */
export const modelsApi = {
  /** What can be had with one press, best first. */
  catalogue: route.output(z.array(catalogueModel)),
  /** What is at hand, newest first; the demo model is not among them. */
  installed: route.output(z.array(installedModel)),
  /**
   * The models of files, or of folders, taken into the list where they lie. Files that are none, or that lead nowhere, are told
   * with their reason; where there is no model at all, the first of them is the error.
   */
  import: route.input(z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(100) })).output(z.object({ added: z.array(installedModel), refused: z.array(refusedFile) })),
  /** Changes what is kept about a model. */
  change: route
    .input(byId.extend({ name: z.string().trim().min(1).max(200).optional(), projector: z.string().min(1).max(4096).nullable().optional(), template: z.enum(promptTemplates).nullable().optional(), adapters: z.array(adapter).max(8).optional() }))
    .output(installedModel),
  /** Takes a model off the list; files the app downloaded are deleted with `deleteFiles`, others never. Unloads it first. */
  remove: route.input(byId.extend({ deleteFiles: z.boolean() })).output(nothing),
  /** Loads an installed model and remembers it. Ends when ready or failed, like `model.use`. */
  use: route.input(byId).output(nothing),
  /** What files are and whether they belong together, from their headers alone. Never rejects for what is in them. */
  inspect: route.input(z.object({ files: modelFiles })).output(inspection),
  /** What a load would take here. Rejects with the first error of `inspect`. */
  plan: route.input(z.object({ files: modelFiles, choices: planChoices.partial() })).output(plan),
  /** What the engine holds now and what is free around it. Cheap; a page asks again and again while it shows the figures. */
  memory: route.output(memoryReading),
  /**
   * Forgets that the model in use was once cut down for want of memory, and loads it in full. Ends when ready or failed, like
   * `model.use`; cut down again where the memory still does not suffice.
   */
  tryInFull: route.output(nothing),
  /** Writes a repaired copy of an old projector beside it and returns its path; the original stays as it is. */
  repair: route.input(z.object({ projector: z.string().min(1).max(4096) })).output(z.object({ path: z.string() })),
  /**
   * Starts the download of the projector that belongs to an installed model; the model gets it when it is there. Returns the
   * download. Rejects with `PROJECTOR_UNKNOWN` where none is known for it.
   */
  fetchProjector: route.input(byId).output(byId),
  /** What a repository on the hub holds. */
  repository: route.input(z.object({ repository, revision: revision.default('main') })).output(repositoryListing),
  downloads: {
    /** All downloads now, then again at every change, at most a few times a second. */
    watch: route.output(eventIterator(z.array(download))),
    start: route.input(downloadRequest).output(byId),
    pause: route.input(byId).output(nothing),
    /** Goes on after a pause or a failure. */
    resume: route.input(byId).output(nothing),
    /** Ends a download and deletes what it has fetched so far; a finished one only leaves the list. */
    cancel: route.input(byId).output(nothing),
  },
  /** The hub's access token, for gated repositories. Only whether there is one ever leaves the services. */
  hubToken: {
    isSet: route.output(z.object({ set: z.boolean() })),
    change: route.input(z.object({ token: z.string().trim().max(400).nullable() })).output(z.object({ set: z.boolean() })),
  },
}

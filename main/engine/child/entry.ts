import { readArguments } from './arguments.ts'
import { createHandlers } from './handlers.ts'
import { ModelHost } from './model/ModelHost.ts'
import { serve } from './serve.ts'

serve(() => createHandlers(new ModelHost(readArguments())))

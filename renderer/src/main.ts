import '@fontsource-variable/inter'
import { mount } from 'svelte'
import App from './App.svelte'
import { Desk } from './state/Desk.svelte.ts'
import { applyRememberedTheme } from './state/Preferences.svelte.ts'
import './styles/tokens.css'
import './styles/base.css'
import { chooseDial } from './transport/dial.ts'

applyRememberedTheme()
const target = document.getElementById('app')
if (target === null) throw new Error('The page has no place for the app.')
const { bridge } = window
const desk = new Desk(chooseDial(window), bridge === undefined ? null : (file) => bridge.pathForFile(file))
mount(App, { target, props: { desk } })
desk.markReady(document.documentElement)
desk.start()

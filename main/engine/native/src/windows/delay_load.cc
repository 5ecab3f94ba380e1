// Windows only. The addon imports Node-API from "node.exe", but the running program may have any name (electron.exe, the
// installed app's). This hook gives the loader the program itself instead, whatever it is called.
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <delayimp.h>
#include <string.h>

static FARPROC WINAPI redirectNode(unsigned int event, DelayLoadInfo * info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandle(nullptr));
}

decltype(__pfnDliNotifyHook2) __pfnDliNotifyHook2 = redirectNode;

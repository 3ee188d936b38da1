"""What each kind of node costs: a module per family, a function per kind, declared with `@priced`."""

"""The geometry of the drawings on the pages, in plain numbers; templates only print it."""

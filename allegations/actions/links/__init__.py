"""Links over the years: what is due is claimed, asked, judged, kept, written down, read, and shown to people."""

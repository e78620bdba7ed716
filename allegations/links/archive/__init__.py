"""The archive: what a check fetched, kept so that anyone can show years later that it was so."""

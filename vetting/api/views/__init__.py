"""Views of the API: what each address answers with, and from which published records."""

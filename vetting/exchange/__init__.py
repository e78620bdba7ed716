"""Records in the forms that others take: each form is columns or mappings, declared as data."""

# Everything that is done with this project. `make` alone lists it.
BIN := .venv/bin
PURE := .venv-pure/bin
PLACEHOLDERS := SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	DATABASE_URL=postgres://vetting@database.invalid/vetting REDIS_URL=redis://redis.invalid:6379/0
PRODUCTION := $(PLACEHOLDERS) ALLOWED_HOSTS=vetting.example \
	LINKS_CONTACT=https://vetting.example/ ARCHIVE_ORIGIN=https://copies.example
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --quiet $(UPGRADE)
# A file's tests share what they load; tests/conftest.py puts the longest file first.
BY_FILE := -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test test-pure test-deep mutants check schema lock clean browser

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: .venv/.demo ## Run everything on this machine: http://127.0.0.1:8000/ (PORT=8001 for another port)
	@exec $(BIN)/python manage.py demo

# Of the many processes of a run none is to compile what an earlier one compiled.
test test-pure test-deep: export PYTHONDONTWRITEBYTECODE :=

test: .venv/.dev ## Run every test, with a throwaway PostgreSQL and Redis
	@$(MAKE) --no-print-directory -s -j3 .venv-pure/.pure .venv-archive/.archive browser
	@tools/at_once.sh "$(MAKE) --no-print-directory test-pure" "$(BIN)/python tests/services.py -- \
		$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore=tests/unit"

test-pure: .venv-pure/.pure ## Run the tests of the plain Python with Django uninstalled
	@$(PURE)/python -m pytest -n 2 -c tests/pure.ini --confcutdir=tests/unit tests/unit

test-deep: .venv-pure/.pure ## Try each property of the risk method on 3,000 examples
	@HYPOTHESIS_PROFILE=deep $(PURE)/python -m pytest -n 2 -c tests/pure.ini --confcutdir=tests/unit tests/unit/risk

mutants: .venv-pure/.pure ## Break the risk engine in every small way and see the tests notice
	@$(PURE)/python tools/mutants.py

check: .venv/.dev ## Check style, types, imports, templates, migrations and production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PLACEHOLDERS) $(BIN)/mypy .
	$(PLACEHOLDERS) $(BIN)/lint-imports
	$(PLACEHOLDERS) $(BIN)/python tools/check_templates.py
	SECRET_KEY=unused $(BIN)/python tests/services.py -- $(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

schema: .venv/.dev ## Write docs/api/openapi.yml anew
	@$(PLACEHOLDERS) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/api/openapi.yml

lock: .venv/.dev ## Pin the requirements again (UPGRADE=--upgrade for the newest)
	$(COMPILE) --output-file requirements/base.txt
	$(COMPILE) --extra s3 --output-file requirements/s3.txt
	$(COMPILE) --extra demo --output-file requirements/demo.txt
	$(COMPILE) --extra demo --extra dev --output-file requirements/dev.txt
	$(subst pyproject.toml,,$(COMPILE)) --group pure --output-file requirements/pure.txt
	$(subst pyproject.toml,,$(COMPILE)) --group archive --output-file requirements/archive.txt

clean: ## Remove environments and caches; the data in var stays
	rm -rf .venv .venv-pure .venv-archive .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

browser:
	@tools/browser.sh

.venv/bin/python .venv-pure/bin/python .venv-archive/bin/python:
	@tools/environment.sh create $(@:/bin/python=)

.venv/.demo: requirements/demo.txt | .venv/bin/python
	@tools/environment.sh install .venv $< && touch $@

.venv/.dev: requirements/dev.txt | .venv/bin/python
	@tools/environment.sh install .venv $< && touch $@ .venv/.demo

.venv-pure/.pure: requirements/pure.txt | .venv-pure/bin/python
	@tools/environment.sh install .venv-pure $< && touch $@

.venv-archive/.archive: requirements/archive.txt | .venv-archive/bin/python
	@tools/environment.sh install .venv-archive $< && touch $@

# What a newcomer types. Every target installs the Debian packages it needs (as root or with sudo), says so in one line, and is quiet when they
# are there. Rust 1.95 or newer must be there. What is built goes to $CARGO_TARGET_DIR if that is set, else to target/.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test test-full lint golden bench soak clean

OUT  := dataspoor-out
DEMO := $(OUT)/demo

help: ## what can be done here
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: ## record a visit to a simulated platform with a real browser, verify it, print the path of the annex
	@scripts/need cc:gcc chromium:chromium Xvfb:xvfb certutil:libnss3-tools
	@cargo build --release --locked
	@rm -rf $(DEMO)
	@cargo run --release --locked --quiet -- demo --out $(DEMO)
	@cargo run --release --locked --quiet -- verify $(DEMO)
	@echo "$(CURDIR)/$(DEMO)/report/annex.nl.html"

test: ## all checks and tests of a change, as CI runs them
	@scripts/test short

test-full: ## the same with more cases, all cells of the simulated case, 5 minutes of fuzzing per target, and the benchmarks
	@scripts/test full

lint: ## formatting, clippy and the docs' links only
	@scripts/test lint

golden: ## write the golden files of the rules and the schema of the annex anew; the difference shows what a change says
	@WRITE_GOLDEN=1 cargo test --locked --quiet --test it -- rules_golden
	@WRITE_GOLDEN=1 cargo test --locked --quiet --lib -- the_published_schema
	@git --no-pager diff --stat -- tests/data/rules tests/data/explain docs/annex.schema.json

bench: ## speed and memory, as ratios within one run
	@scripts/need cc:gcc
	@cargo bench --locked --bench replay --bench lists --bench seal --bench annex

soak: ## ten minutes of mixed load: memory, descriptors and threads stay flat (DATASPOOR_SOAK=SECONDS for another time)
	@scripts/need cc:gcc
	@DATASPOOR_SOAK=$${DATASPOOR_SOAK:-600} cargo test --locked --release --test it -- live_soak --nocapture

clean: ## remove what was built and made here
	@cargo clean
	@rm -rf $(OUT) fuzz/target fuzz/artifacts

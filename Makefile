# For `sam build`, which asks for build-NAME for each function of template.yaml and says in ARTIFACTS_DIR where to put it.
# All functions are one program, so it is built once; or VOYAGES_BOOTSTRAP names one that was built before. `sam` does not
# say which processor that must be for: VOYAGES_ARCHITECTURE may, x86_64 or arm64.

.PHONY: FORCE
build-%Function: FORCE
ifdef VOYAGES_BOOTSTRAP
	scripts/check_bootstrap "$(VOYAGES_BOOTSTRAP)" $(VOYAGES_ARCHITECTURE)
	cp -p "$(VOYAGES_BOOTSTRAP)" "$(ARTIFACTS_DIR)/bootstrap"
	chmod 0755 "$(ARTIFACTS_DIR)/bootstrap"
else
	scripts/package $(if $(filter arm64,$(VOYAGES_ARCHITECTURE)),--arm64) --into "$(ARTIFACTS_DIR)"
endif

FORCE:

# For `sam build`, which asks for build-NAME for each function of template.yaml and says in ARTIFACTS_DIR where to put it.
# All functions are one program, so it is built once; or VOYAGES_BOOTSTRAP names one that was built before.

functions := ApiFunction WorkerFunction TickFunction FeedbackFunction

.PHONY: $(functions:%=build-%)
$(functions:%=build-%):
ifdef VOYAGES_BOOTSTRAP
	install -D --mode=0755 --preserve-timestamps "$(VOYAGES_BOOTSTRAP)" "$(ARTIFACTS_DIR)/bootstrap"
else
	scripts/package --into "$(ARTIFACTS_DIR)"
endif

# For `sam build`, which asks for build-NAME for each function of template.yaml and says in ARTIFACTS_DIR where to put it.
# All functions are one program, so it is built once. How to build for anything else: CONTRIBUTING.md.

functions := ApiFunction WorkerFunction TickFunction FeedbackFunction UploadFunction

.PHONY: $(functions:%=build-%)
$(functions:%=build-%):
	scripts/package --into "$(ARTIFACTS_DIR)"

#include "app/contract.h"

#include "app/app.h"
#include "app/config.h"
#include "http/openapi.h"

namespace voyages::app {

namespace {

// Declaring routes needs services, and these need ports; nothing is asked of any of them.
class EmptyTable final : public store::Table {
 public:
  std::vector<std::optional<store::Item>> get(std::span<const store::Key> keys, store::Consistency) override {
    return std::vector<std::optional<store::Item>>(keys.size());
  }
  store::Page query(const store::Query&) override { return {}; }
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write>) override { return {}; }
};

class EmptyQueue final : public store::Queue {
 public:
  std::string send(std::string_view, std::string_view, const store::SendOptions&) override { return {}; }
};

class EmptyBlobs final : public store::Blobs {
 public:
  std::unique_ptr<store::BlobWriter> write(std::string_view) override { return nullptr; }
  std::unique_ptr<store::BlobReader> read(std::string_view, store::ByteRange) override { return nullptr; }
  std::optional<store::BlobInfo> stat(std::string_view) override { return std::nullopt; }
  void remove(std::string_view) override {}
  std::vector<std::string> list(std::string_view, std::string_view, std::size_t) override { return {}; }
  std::optional<std::string> presign(std::string_view, const store::PresignedAccess&) override { return std::nullopt; }
};

}  // namespace

std::string contract() {
  EmptyTable table;
  EmptyQueue queue;
  EmptyBlobs blobs;
  const auto master_key = crypto::MasterKey::generate();
  const SystemClock clock;
  Logger log(LogLevel::off, -1);
  Metrics metrics;
  const auto loaded = load_config({});
  part::Offers offers;
  std::vector<std::shared_ptr<void>> fitted;  // by default none is on AWS
  for (const auto& each : fittings()) {
    fitted.push_back(each.install({.config = loaded.value().config, .amazon = nullptr, .log = log}, offers));
  }
  App app(loaded.value().config, {.table = table,
                                  .queue = queue,
                                  .blobs = blobs,
                                  .master_key = master_key,
                                  .clock = clock,
                                  .log = log,
                                  .metrics = metrics,
                                  .offers = offers});
  return http::pretty_print(http::openapi(app.router(), VOYAGES_VERSION));
}

}  // namespace voyages::app

#include "app/engine.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "app/amazon.h"
#include "app/master_key.h"
#include "base/failure.h"
#include "part/table_keys.h"
#include "store/filesystem/blobs.h"

namespace voyages::app {

namespace {

using store::sqlite::Access;

// Readiness means that a write would be durable, so it writes.
part::Dependency store_dependency(store::Table& table, const Clock& clock) {
  return {"store", [&table, &clock] {
            const auto now = clock.now();
            const store::Write write = store::Put{{{std::string(part::table_keys::health), "PROBE"},
                                                   {{"checked_at", to_ms(now)}},
                                                   std::nullopt,
                                                   now + std::chrono::minutes(1)}};
            (void)table.write({&write, 1});  // without conditions it cannot be refused
          }};
}

part::Dependency disk_dependency(const std::filesystem::path& data) {
  return {"disk", [data] {
            constexpr std::uintmax_t least_bytes = 64 << 20;
            if (std::filesystem::space(data).available < least_bytes) {
              throw std::runtime_error("less than 64 MB are free where the data is");
            }
          }};
}

bool uses_amazon(const Config& config) {
  return config.table == TableEngine::dynamodb || !config.sqs_queue_url.empty() || !config.s3_bucket.empty() ||
         !config.sns_topic_arn.empty() ||
         std::ranges::any_of(fittings(), [&](const Fitting& each) { return each.is_on_amazon(config); });
}

std::unique_ptr<LocalStore> open_local(const Config& config, Access access, const Clock& clock) {
  if (config.table == TableEngine::dynamodb && !config.sqs_queue_url.empty()) return nullptr;
  return std::make_unique<LocalStore>(config, access, clock);
}

// A part of something that lives as long as the engine.
template <class Port, class Adapter>
std::shared_ptr<Port> part(Adapter& adapter) {
  return {std::shared_ptr<void>(), &adapter};
}

// What a table of AWS stands on.
struct LoneTable {
  explicit LoneTable(const std::string& name) : table(amazon.table(name)) {}

  SystemClock clock;
  Logger log{LogLevel::off, STDERR_FILENO};
  Metrics metrics;
  Amazon amazon{clock, log, metrics};
  std::unique_ptr<store::Table> table;
};

struct LoneStore {
  explicit LoneStore(const Config& config) : store(config, Access::shared, clock) {}

  SystemClock clock;
  LocalStore store;
};

}  // namespace

std::shared_ptr<store::Table> open_table(const Config& config) {
  if (config.table == TableEngine::dynamodb) {
    auto lone = std::make_shared<LoneTable>(config.dynamodb_table);
    return {lone, lone->table.get()};
  }
  auto lone = std::make_shared<LoneStore>(config);
  return {lone, &lone->store.table};
}

Engine::Engine(const Config& config, Access access, LogLevel log_level, std::span<const part::Part> parts)
    : Engine(config, access, std::make_unique<Logger>(log_level, STDERR_FILENO), parts) {}

Engine::Engine(const Config& config, Access access, std::unique_ptr<Logger> log, std::span<const part::Part> parts)
    : log_(std::move(log)), local_(open_local(config, access, clock_)), master_key_(load_master_key(config)) {
  if (uses_amazon(config)) amazon_ = std::make_unique<Amazon>(clock_, *log_, metrics_);
  table_ =
      config.table == TableEngine::dynamodb ? amazon_->table(config.dynamodb_table) : part<store::Table>(local_->table);
  if (config.sqs_queue_url.empty()) {
    queue_ = part<store::Queue>(local_->queue);
    consumer_ = part<store::QueueConsumer>(local_->queue);
  } else {
    auto queue = amazon_->queue(config.sqs_queue_url, config.sqs_slow_queue_url);
    queue_ = queue;
    consumer_ = queue;
  }
  blobs_ = config.s3_bucket.empty() ? std::make_unique<store::filesystem::FilesystemBlobs>(config.data / "blobs")
                                    : amazon_->blobs(config.s3_bucket);
  if (!config.sns_topic_arn.empty()) notifier_ = amazon_->notifier(config.sns_topic_arn);

  for (const auto& each : fittings()) {
    fittings_.push_back(each.install({.config = config, .amazon = amazon_.get(), .log = *log_}, offers_));
  }
  dependencies_.push_back(store_dependency(*table_, clock_));
  if (config.uses_data_directory()) dependencies_.push_back(disk_dependency(config.data));
  offers_.add(dependencies_);
  app_.emplace(config, ports(config, access), parts);
}

Engine::~Engine() = default;

Ports Engine::ports(const Config& config, Access access) {
  // The data directory is one process's; a table of AWS may have workers anywhere.
  const bool alone = access == Access::exclusive && config.table == TableEngine::sqlite && config.sqs_queue_url.empty();
  return {.table = *table_,
          .queue = *queue_,
          .blobs = *blobs_,
          .master_key = master_key_,
          .clock = clock_,
          .log = *log_,
          .metrics = metrics_,
          .offers = offers_,
          .notifier = notifier_.get(),
          .workers_since = alone ? clock_.now() : Time()};
}

}  // namespace voyages::app

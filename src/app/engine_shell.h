#pragma once

#include <memory>
#include <optional>
#include <span>

#include "app/engine.h"
#include "part/part.h"

namespace voyages::app {

/// What a part's commands and checks work with: the engine, opened when the house is asked for.
class EngineShell final : public part::Shell {
 public:
  /// Both must outlive the shell.
  EngineShell(const Config& config, std::span<const part::Part> parts, LogLevel log_level)
      : config_(config), parts_(parts), log_level_(log_level) {}

  [[nodiscard]] const part::Options& options() const override { return config_; }
  [[nodiscard]] const std::filesystem::path& data() const override { return config_.data; }
  [[nodiscard]] store::Table& table() override {
    if (engine_) return engine_->table();
    if (!table_) table_ = open_table(config_);
    return *table_;
  }
  [[nodiscard]] const part::House& house() override {
    if (!engine_) engine_.emplace(config_, store::sqlite::Access::shared, log_level_, parts_);
    return engine_->app().house();
  }

 private:
  const Config& config_;
  std::span<const part::Part> parts_;
  LogLevel log_level_;
  std::shared_ptr<store::Table> table_;
  std::optional<Engine> engine_;
};

}  // namespace voyages::app

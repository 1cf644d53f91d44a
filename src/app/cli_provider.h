#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "app/commands.h"

namespace voyages::app {

/// `voyages provider …`, as CLI11 sees it; the arguments live here.
class ProviderCommands {
 public:
  /// Adds a command to a parent, with its description and what it does.
  using AddCommand = std::function<CLI::App*(CLI::App&, const std::string&, const std::string&,
                                             std::function<int(const LoadedConfig&)>)>;

  void add_to(CLI::App& app, const AddCommand& command);

 private:
  [[nodiscard]] ProviderAdd new_provider() const;

  std::string id_;
  std::string kind_;
  std::string name_;
  std::string issuer_;
  std::string client_id_;
  bool secret_stdin_ = false;
};

}  // namespace voyages::app

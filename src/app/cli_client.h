#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "app/commands.h"

namespace voyages::app {

/// `voyages client …`, as CLI11 sees it; the arguments live here.
class ClientCommands {
 public:
  /// Adds a command to a parent, with its description and what it does.
  using AddCommand = std::function<CLI::App*(CLI::App&, const std::string&, const std::string&,
                                             std::function<int(const LoadedConfig&)>)>;

  void add_to(CLI::App& app, const AddCommand& command);

 private:
  void add_add(CLI::App& client, const AddCommand& command);
  [[nodiscard]] auth::oauth::ClientMetadata new_client() const;

  std::string id_;
  std::string name_;
  std::vector<std::string> redirect_uris_;
  std::vector<std::string> post_logout_redirect_uris_;
  std::string backchannel_logout_uri_;
  std::vector<std::string> grant_types_;
  std::vector<std::string> scopes_;
  std::vector<std::string> resources_;
  std::string algorithm_;
  bool public_ = false;
  bool first_party_ = false;
};

}  // namespace voyages::app

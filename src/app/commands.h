#pragma once

#include <filesystem>
#include <string>

#include "app/config.h"

/// What the command line can do. Each answers the process's exit code; a `Failure` or any other exception is printed by
/// the caller and makes it 1.
namespace voyages::app {

/// What `health` asks a server.
struct HealthQuestion {
  std::string url;    // empty: where the configuration listens
  bool live = false;  // whether the process answers; otherwise whether all that it stands on works
};

int serve(const Config& config);
/// Handles events of AWS Lambda until the function is shut down; its whole configuration is the environment.
int lambda();
int table_create(const Config& config);

int print_openapi(const Config& config);
int print_config(const LoadedConfig& loaded);
int print_config_markdown();
int print_version();

int doctor(const Config& config);
/// Asks a running server over HTTP.
int check_health(const Config& config, const HealthQuestion& question);
int backup(const Config& config, const std::filesystem::path& file);
int restore(const Config& config, const std::filesystem::path& file);

}  // namespace voyages::app

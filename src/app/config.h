#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/secret.h"
#include "part/options.h"
#include "part/setting.h"

namespace voyages::app {

/// Where to listen. An empty host is every address of the machine; port 0 is any free port.
struct ListenAddress {
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

enum class TableEngine { sqlite, dynamodb };
enum class LambdaResponseMode { buffered, streaming };

/// Everything that an operator can choose: what is the house's own as fields, and the options of each service, which
/// `of` finds. What each means, its default and its range stand in `settings()`; `load_config` is the way to get one.
struct Config : part::Options {
  ListenAddress listen{};
  std::optional<ListenAddress> metrics_listen{};
  std::filesystem::path data{};
  std::string public_url{};  // an origin: without a slash at its end
  TableEngine table{};
  std::string dynamodb_table{};
  std::string sqs_queue_url{};       // empty: the queue is in the data directory
  std::string sqs_slow_queue_url{};  // empty: slow work waits in the queue of quick work
  std::string s3_bucket{};           // empty: files in the data directory
  std::string sns_topic_arn{};       // empty: what the operator must know is in the log alone
  std::string product_name{};
  std::string brand_color{};           // empty: ours
  std::filesystem::path brand_logo{};  // empty: ours
  std::filesystem::path brand_css{};   // empty: none
  std::uint32_t job_threads{};
  std::uint32_t slow_job_threads{};
  std::uint32_t queue_attempts{};
  LambdaResponseMode lambda_response_mode{};
  std::vector<std::string> cors_origins{};
  std::vector<std::string> trusted_proxies{};  // addresses and CIDR ranges that `http::AddressRanges` parses
  std::vector<std::string> outgoing_allow{};   // the same
  LogLevel log_level{};
  std::uint32_t io_threads{};  // 0: one a core
  std::uint32_t worker_threads{};
  std::uint32_t outgoing_threads{};
  std::uint32_t max_connections{};
  std::uint64_t max_body_bytes{};
  std::chrono::seconds header_timeout{};
  std::chrono::seconds body_timeout{};
  std::chrono::seconds idle_timeout{};
  std::chrono::seconds write_timeout{};
  Secret master_key{};  // empty: the key file in the data directory

  /// The host in `public_url`.
  [[nodiscard]] std::string public_host() const;
  /// `outgoing_allow`, and this machine's loopback where `public_url` is there.
  [[nodiscard]] std::vector<std::string> outgoing_ranges() const;
  /// Whether anything at all is kept in the data directory.
  [[nodiscard]] bool uses_data_directory() const;
};

/// Where a setting's value came from. `place` is for people: `voyages.toml:3`, `VOYAGES_LISTEN`, `--listen`.
struct Origin {
  enum class Source { by_default, file, environment, command_line };

  Source source = Source::by_default;
  std::string place{};
};

/// A configuration, and where each of its values came from.
struct LoadedConfig {
  Config config{};
  std::vector<Origin> origins{};                // one a setting, in the order of `settings()`
  std::optional<std::filesystem::path> file{};  // the one that was read
};

/// Where settings are looked for; the command line wins over the environment, that over the file, that over defaults.
struct ConfigSources {
  std::map<std::string, std::string> command_line{};  // by the setting's name
  std::map<std::string, std::string> environment{};   // all of it; what does not begin with `VOYAGES_` is ignored
  /// The file of `--config`. Without one: `VOYAGES_CONFIG`, or else `./voyages.toml`, or else `voyages.toml` in the
  /// data directory, where the last two need not be there.
  std::optional<std::filesystem::path> file{};
};

/// Everything that is wrong, one sentence or two each: the setting, the place, and what would be valid.
using ConfigErrors = std::vector<std::string>;

/// Reads the settings of `table`.
std::expected<LoadedConfig, ConfigErrors> load_config(const ConfigSources& sources,
                                                      std::span<const part::Setting> table);
/// Reads `settings()`.
std::expected<LoadedConfig, ConfigErrors> load_config(const ConfigSources& sources);

/// This process's environment.
std::map<std::string, std::string> read_environment();

/// The address to open on this machine for something that listens there: `http://localhost:8080`.
std::string local_url(const ListenAddress& address);

}  // namespace voyages::app

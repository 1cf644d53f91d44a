#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "auth/service_token.h"
#include "base/email_address.h"
#include "base/secret.h"

/// What the command line can do. Each answers the process's exit code; a `Failure` or any other exception is printed by
/// the caller and makes it 1.
namespace voyages::app {

/// The account that `user add` makes.
struct UserAdd {
  Email email;
  std::vector<std::string> roles;
  std::string name;
  Secret password;
  bool verified = true;  // the address counts as proven
};

/// What `user role` changes.
struct UserRoles {
  Email email;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

/// The token that `token add` makes.
struct TokenAdd {
  auth::ServiceName name;
  std::vector<auth::Scope> scopes;
  std::optional<std::chrono::seconds> expires_in;  // nothing: lives until it is revoked
};

/// What `health` asks a server.
struct HealthQuestion {
  std::string url;    // empty: where the configuration listens
  bool live = false;  // whether the process answers; otherwise whether all that it stands on works
};

int serve(const Config& config);
/// Handles events of AWS Lambda until the function is shut down; its whole configuration is the environment.
int lambda();
int table_create(const Config& config);

int user_add(const Config& config, const UserAdd& input);
int user_list(const Config& config);
int user_show(const Config& config, const Email& email);
int user_disable(const Config& config, const Email& email);
int user_enable(const Config& config, const Email& email);
int user_role(const Config& config, const UserRoles& input);
int user_delete(const Config& config, const Email& email);
int user_password(const Config& config, const Email& email, const Secret& password);
int user_invite(const Config& config, const Email& email, const std::vector<std::string>& roles);

int keys_list(const Config& config);
/// `now`: tokens of the keys before are refused from this moment on, instead of being believed until they expire.
int keys_rotate(const Config& config, bool now);

/// Prints the token, and nothing else, on standard output.
int token_add(const Config& config, const TokenAdd& input);
int token_list(const Config& config);
int token_revoke(const Config& config, const std::string& id);

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

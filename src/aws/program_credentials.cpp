#include "aws/program_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "base/json_members.h"
#include "base/strict_json.h"
#include "base/unavailable.h"
#include "base/utf8.h"

namespace voyages::aws {

namespace {

/// A setting by which a profile leaves its credentials to the AWS CLI, and what to do when it has none.
struct CliSetting {
  std::string_view name;
  std::string_view advice;  // {0} is the profile's name
};

constexpr auto sso_advice = "sign in with `aws sso login --profile {0}` (AWS CLI 2.9 or newer)";
constexpr auto role_advice = "see that `aws sts get-caller-identity --profile {0}` answers (AWS CLI 2.9 or newer)";
constexpr CliSetting cli_settings[] = {
    {"sso_session", sso_advice},
    {"sso_start_url", sso_advice},
    {"login_session", "sign in with `aws login --profile {0}` (AWS CLI 2.32 or newer)"},
    {"role_arn", role_advice},
    {"web_identity_token_file", role_advice},
};

const CliSetting* cli_setting(const Profile& profile) {
  const auto* found = std::ranges::find_if(cli_settings, [&](const CliSetting& each) {
    const auto setting = profile.settings.find(each.name);
    return setting != profile.settings.end() && !setting->second.empty();
  });
  return found == std::end(cli_settings) ? nullptr : found;
}

/// What the program did in place of giving credentials; its name goes before it.
std::string fault(const ProgramEnd& end, const ProgramLimits& limits) {
  const auto words = to_one_line(end.messages);
  const auto said = words.empty() ? std::string() : fmt::format(" ({})", words);
  switch (end.kind) {
    case ProgramEnd::Kind::not_started:
      return fmt::format("cannot be started ({})", std::generic_category().message(end.status));
    case ProgramEnd::Kind::too_late:
      return fmt::format("had not ended after {} ms{}", limits.time.count(), said);
    case ProgramEnd::Kind::too_much_output:
      return fmt::format("printed more than {} bytes{}", limits.output_bytes, said);
    case ProgramEnd::Kind::exited:
      break;
  }
  if (end.status == 0) return "printed no credentials in JSON of version 1" + said;
  return fmt::format("ended with status {}{}", end.status, said);
}

std::optional<Credentials> read_credentials(const ProgramEnd& end) {
  if (end.kind != ProgramEnd::Kind::exited || end.status != 0) return std::nullopt;
  return parse_program_credentials(end.output.expose());
}

}  // namespace

std::optional<Credentials> parse_program_credentials(std::string_view json) {
  const auto value = parse_strict_json(json);
  if (!value || !value->is_object()) return std::nullopt;
  const auto& object = value->get_object();
  const auto* version = object.if_contains("Version");
  if (!version || *version != 1) return std::nullopt;
  Credentials credentials{std::string(text_or_empty(object, "AccessKeyId")),
                          Secret(text_or_empty(object, "SecretAccessKey")),
                          Secret(text_or_empty(object, "SessionToken")),
                          {}};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) return std::nullopt;
  if (object.contains("Expiration")) {
    credentials.expires_at = parse_rfc3339(text_or_empty(object, "Expiration"));
    if (!credentials.expires_at) return std::nullopt;
  }
  return credentials;
}

std::optional<std::vector<std::string>> split_command(std::string_view command) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (!quote && (c == ' ' || c == '\t')) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == quote) {
      quote = '\0';
    } else if (!quote && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && quote != '\'' && i + 1 < command.size() &&
               (!quote || command[i + 1] == '"' || command[i + 1] == '\\')) {
      words.back() += command[++i];
    } else {
      words.back() += c;
    }
  }
  if (quote) return std::nullopt;
  return words;
}

bool needs_aws_cli(const Profile& profile) { return cli_setting(profile) != nullptr; }

Credentials credentials_by_aws_cli(const Profile& profile, const ProgramLimits& limits) {
  const auto* setting = cli_setting(profile);
  if (!setting) throw std::logic_error("the profile does not need the AWS CLI");
  const auto end =
      run_program({"aws", "configure", "export-credentials", "--profile", profile.name, "--format", "process"}, limits);
  if (auto credentials = read_credentials(end)) return std::move(*credentials);

  const auto what =
      fmt::format("the profile {} in {} gets its credentials by {}", profile.name, profile.files, setting->name);
  const auto advice = fmt::format(fmt::runtime(setting->advice), profile.name);
  if (end.kind == ProgramEnd::Kind::not_started && end.status == ENOENT) {
    throw Unavailable(
        fmt::format("{}, which needs the AWS CLI 2, but there is no program `aws`: install it, then {}", what, advice));
  }
  // Version 1 and the first ones of version 2 do not know the command, and list those that they know.
  if (end.kind == ProgramEnd::Kind::exited && end.messages.find("nvalid choice") != std::string::npos) {
    throw Unavailable(
        fmt::format("{}, for which the program `aws` is too old: install the AWS CLI 2, then {}", what, advice));
  }
  throw Unavailable(fmt::format("{}, but `aws configure export-credentials` {}: {}", what, fault(end, limits), advice));
}

Credentials credentials_by_process(const Profile& profile, const ProgramLimits& limits) {
  const auto what = fmt::format("the credential_process of the profile {} in {}", profile.name, profile.files);
  const auto& command = profile.settings.at("credential_process");
  const auto words = split_command(command.expose());
  if (!words || words->empty()) throw Unavailable(fmt::format("{} has a quotation mark without a partner", what));
  const auto end = run_program(*words, limits);
  if (auto credentials = read_credentials(end)) return std::move(*credentials);
  throw Unavailable(fmt::format("{} {}", what, fault(end, limits)));
}

}  // namespace voyages::aws

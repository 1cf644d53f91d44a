#include "app/cli.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <list>

#include "app/commands.h"
#include "app/engine_shell.h"
#include "app/permissions.h"
#include "app/settings.h"
#include "app/typed_command.h"
#include "auth/account/admin_users.h"
#include "auth/service_token.h"
#include "base/failure.h"
#include "base/password_input.h"
#include "base/terminal.h"
#include "base/uuid.h"
#include "http/client/client.h"
#include "part/values.h"

namespace voyages::app {

namespace {

constexpr int failed = 1;
constexpr int called_wrongly = 2;

/// What was typed, before it is believed.
struct Arguments {
  std::string config_file;
  std::map<std::string, std::optional<std::string>> settings;  // by name, those that have an option
  std::string email;
  std::string name;
  std::string file;
  std::string id;
  std::vector<std::string> roles;
  std::vector<std::string> removed_roles;
  std::vector<std::string> scopes;
  std::string lifetime;
  HealthQuestion health;
  bool password_stdin = false;
  bool unverified = false;
  bool now = false;
  bool markdown = false;
};

using Run = std::function<int(const LoadedConfig&)>;

int report(const std::string& problem, const std::string& next_step, int code) {
  write_err("voyages: {}\n{}\n", problem, next_step);
  return code;
}

CLI::Validator email_address() {
  return {[](std::string& text) { return Email::parse(text) ? "" : std::string(invalid_email.message); }, ""};
}

// Refuses what `T::parse` refuses, with its message. `context` is what `T::parse` needs besides the text.
template <class T, class... Context>
CLI::Validator parsable(const Context&... context) {
  return {[context...](std::string& text) {
            const auto value = T::parse(text, context...);
            return value ? std::string() : std::string(value.error().message);
          },
          ""};
}

CLI::Validator token_id() {
  return {[](std::string& text) {
            return is_uuid7(text) ? "" : "This is not the id of a token; `voyages token list` shows the ids.";
          },
          ""};
}

CLI::Validator server_address() {
  return {[](std::string& text) {
            return http::client::Origin::parse(text) ? "" : "This is not an address like https://auth.example.com.";
          },
          ""};
}

CLI::Validator token_lifetime() {
  return {[](std::string& text) {
            const auto duration = part::parse_duration(text);
            const bool fits =
                duration && *duration >= auth::min_service_token_ttl && *duration <= auth::max_service_token_ttl;
            return fits ? std::string()
                        : fmt::format("A token lives from {} to {}: write 12h or 90d.",
                                      part::show_duration(auth::min_service_token_ttl),
                                      part::show_duration(auth::max_service_token_ttl));
          },
          ""};
}

/// The commands as CLI11 sees them, and which one was chosen.
class Cli {
 public:
  explicit Cli(std::span<const part::Part> parts) : parts_(parts) {
    app_.description(
        "Cloud Voyages: the back office of your sites in one program.\n"
        "`voyages serve` starts it; every other command works while it serves.\n"
        "AWS Lambda starts it without a command.");
    app_.set_version_flag("--version", "voyages " VOYAGES_VERSION, "Print the version.");
    app_.set_help_flag("-h,--help", "Say what there is and how to call it.");
    app_.fallthrough();  // so that --data may stand before or after the command
    app_.require_subcommand(1);
    app_.add_option("--config", arguments_.config_file, "The configuration file (default: ./voyages.toml).")
        ->type_name("FILE");
    add_setting(app_, "data", "DIR", "The data directory (default: ./data).");
    add_setting(app_, "table", "ENGINE", "Where accounts and the rest are kept: sqlite (the default) or dynamodb.");
    add_setting(app_, "dynamodb_table", "NAME", "The table's name in DynamoDB (default: voyages).");
    add_serve();
    add_health();
    add_user();
    add_keys();
    add_token();
    for (const auto& part : parts_) std::ranges::for_each(part.commands, [this](const auto& each) { add(each); });
    add_operations();
    add_amazon();
  }

  int parse_and_run(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& wish) {
      return app_.exit(wish);  // --help or --version
    } catch (const CLI::ParseError& error) {
      return report(error.what(), fmt::format("Run `{} --help` to see how to call it.", chosen_path()), called_wrongly);
    }
    return needs_config_ ? run_configured() : run_({});
  }

 private:
  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& description, Run run) {
    auto* added = parent.add_subcommand(name, description);
    added->callback([this, run = std::move(run)] { run_ = run; });
    return added;
  }

  // A command of a part, or the words that several begin with.
  void add(const part::Command& command) {
    const auto space = command.path.rfind(' ');
    auto& parent = space == std::string::npos ? app_ : *part_commands_.at(command.path.substr(0, space));
    auto* added = parent.add_subcommand(command.path.substr(space + 1), command.description);
    part_commands_[command.path] = added;
    if (!command.run) {
      added->require_subcommand(1);
      return;
    }
    auto& typed = typed_.emplace_back(command);
    const auto in_group = std::ranges::count(command.arguments, true, &part::Argument::one_of_group) > 0;
    auto* group = in_group ? added->add_option_group("changes") : nullptr;
    for (const auto& argument : command.arguments) {
      typed.add(argument.one_of_group && group ? *group : *added, argument);
    }
    if (group) group->require_option(1, 0);
    if (command.fault) {
      added->parse_complete_callback([&typed] {
        if (const auto fault = typed.command().fault(typed.arguments()); !fault.empty()) {
          throw CLI::ValidationError(fault);
        }
      });
    }
    added->callback([this, &typed] {
      run_ = [this, &typed](const LoadedConfig& loaded) {
        EngineShell shell(loaded.config, parts_, LogLevel::warn);
        return typed.command().run(typed.arguments(), shell);
      };
    });
  }

  void add_serve() {
    auto* serving = command(app_, "serve", "Serve until Ctrl-C or SIGTERM; requests in flight are finished first.",
                            [](const LoadedConfig& loaded) { return serve(loaded.config); });
    add_setting(*serving, "listen", "HOST:PORT", "Where to serve (default: localhost:8080).");
    add_setting(*serving, "metrics_listen", "HOST:PORT", "Where to serve /metrics (default: localhost:9090).");
  }

  void add_health() {
    auto& asking =
        *command(app_, "health", "Ask the running server whether it works.",
                 [this](const LoadedConfig& loaded) { return check_health(loaded.config, arguments_.health); });
    add_setting(asking, "listen", "HOST:PORT", "Where it serves (default: localhost:8080).");
    asking.add_option("--url", arguments_.health.url, "Its address, where --listen does not say it.")
        ->check(server_address())
        ->type_name("URL");
    asking.add_flag("--live", arguments_.health.live, "Ask only whether the process answers.");
  }

  void add_amazon() {
    auto& table = *app_.add_subcommand("table", "Make the table in DynamoDB, where no template does.");
    table.require_subcommand(1);
    command(table, "create", "Make the table that --dynamodb-table names, with its index and expiry.",
            [](const LoadedConfig& loaded) { return table_create(loaded.config); });
  }

  void add_user() {
    auto& user = *app_.add_subcommand("user", "See and change accounts.");
    user.require_subcommand(1);
    auto& add = *command(user, "add", "Make an account.", [this](const LoadedConfig& loaded) {
      return user_add(loaded.config, {email(), arguments_.roles, arguments_.name, password(), !arguments_.unverified});
    });
    add_email(&add);
    add_roles(add, "--role", arguments_.roles, "A role of the account, as owner or admin; may be repeated.");
    add.add_option("--name", arguments_.name, "The person's name.")->check(parsable<auth::UserName>());
    add.add_flag("--unverified", arguments_.unverified, "Do not take the address as proven, as is done otherwise.");
    add_password(add);

    command(user, "list", "List all accounts.", [](const LoadedConfig& loaded) { return user_list(loaded.config); });
    add_for_email(user, "show", "Show one account.", user_show);
    add_for_email(user, "disable", "Lock an account out: its sessions end, it cannot sign in.", user_disable);
    add_for_email(user, "enable", "Let a disabled account sign in again.", user_enable);
    add_for_email(user, "delete", "Remove an account and all that belongs to it. There is no way back.", user_delete);

    auto& role = *command(user, "role", "Give or take roles.", [this](const LoadedConfig& loaded) {
      return user_role(loaded.config, {email(), arguments_.roles, arguments_.removed_roles});
    });
    add_email(&role);
    auto& change = *role.add_option_group("changes");
    add_roles(change, "--add", arguments_.roles, "A role to give; may be repeated.");
    add_roles(change, "--remove", arguments_.removed_roles, "A role to take; may be repeated.");
    change.require_option(1, 0);

    auto& change_password =
        *command(user, "password", "Set a new password; the account's sessions end.",
                 [this](const LoadedConfig& loaded) { return user_password(loaded.config, email(), password()); });
    add_email(&change_password);
    add_password(change_password);

    auto& invite =
        *command(user, "invite", "Make an invitation and print its link.",
                 [this](const LoadedConfig& loaded) { return user_invite(loaded.config, email(), arguments_.roles); });
    add_email(&invite);
    add_roles(invite, "--role", arguments_.roles, "A role that the account will have; may be repeated.");
  }

  void add_keys() {
    auto& keys = *app_.add_subcommand("keys", "See and renew the keys that sign tokens.");
    keys.require_subcommand(1);
    command(keys, "list", "List the signing keys.",
            [](const LoadedConfig& loaded) { return keys_list(loaded.config); });
    command(keys, "rotate", "Sign with a new key; tokens of the old one are believed until they expire.",
            [this](const LoadedConfig& loaded) { return keys_rotate(loaded.config, arguments_.now); })
        ->add_flag("--now", arguments_.now, "Refuse tokens of the old keys at once, as after a leak.");
  }

  void add_token() {
    auto& token = *app_.add_subcommand("token", "Let programs in: tokens of their own, for what their scopes say.");
    token.require_subcommand(1);
    auto& add = *command(token, "add", "Make a token, and print it this once.",
                         [this](const LoadedConfig& loaded) { return token_add(loaded.config, new_token()); });
    add.add_option("NAME", arguments_.name, "Which program it is for.")
        ->required()
        ->check(parsable<auth::ServiceName>())
        ->type_name("");
    add.add_option("--scope", arguments_.scopes, "What it may do, as emails:send; may be repeated.")
        ->required()
        ->allow_extra_args(false)
        ->check(parsable<auth::Scope>(all_permissions()))
        ->type_name("SCOPE");
    add.add_option("--expires", arguments_.lifetime, "How long it is good, as 90d (default: until it is revoked).")
        ->check(token_lifetime())
        ->type_name("DURATION");
    command(token, "list", "List all tokens, without their secrets.",
            [](const LoadedConfig& loaded) { return token_list(loaded.config); });
    command(token, "revoke", "Let nobody in by a token any more.",
            [this](const LoadedConfig& loaded) { return token_revoke(loaded.config, arguments_.id); })
        ->add_option("ID", arguments_.id, "The token's id: what stands before its dot.")
        ->required()
        ->check(token_id())
        ->type_name("");
  }

  void add_operations() {
    command(app_, "openapi", "Print the OpenAPI 3.1 description of the API.",
            [](const LoadedConfig& loaded) { return print_openapi(loaded.config); });
    auto* config =
        app_.add_subcommand("config", "Print the settings in effect and where each came from; secrets are masked.");
    config->add_flag("--markdown", arguments_.markdown, "Print the documentation of all settings instead.");
    config->callback([this] {
      needs_config_ = !arguments_.markdown;
      run_ = needs_config_ ? Run(print_config) : [](const LoadedConfig&) { return print_config_markdown(); };
    });
    command(app_, "doctor", "Check everything that can break, and say how to mend it.",
            [](const LoadedConfig& loaded) { return doctor(loaded.config); });
    add_file(command(app_, "backup", "Write all data to one file; it is consistent even while serving.",
                     [this](const LoadedConfig& loaded) { return backup(loaded.config, arguments_.file); }));
    add_file(command(app_, "restore", "Put the data of a backup into an empty data directory.",
                     [this](const LoadedConfig& loaded) { return restore(loaded.config, arguments_.file); }));
    app_.add_subcommand("version", "Print the version.")->callback([this] {
      run_ = [](const LoadedConfig&) { return print_version(); };
      needs_config_ = false;
    });
  }

  // The option of a setting: `--metrics-listen` for `metrics_listen`.
  void add_setting(CLI::App& to, const std::string& setting, const std::string& type, const std::string& description) {
    auto option = "--" + setting;
    std::ranges::replace(option, '_', '-');
    to.add_option(option, arguments_.settings[setting], description)->type_name(type);
  }
  void add_for_email(CLI::App& parent, const std::string& name, const std::string& description,
                     int (*act)(const Config&, const Email&)) {
    add_email(command(parent, name, description,
                      [this, act](const LoadedConfig& loaded) { return act(loaded.config, email()); }));
  }
  void add_email(CLI::App* to) {
    to->add_option("EMAIL", arguments_.email, "The account's e-mail address.")
        ->required()
        ->check(email_address())
        ->type_name("");
  }
  void add_file(CLI::App* to) {
    to->add_option("FILE", arguments_.file, "The backup file.")->required()->type_name("");
  }
  void add_password(CLI::App& to) {
    to.add_flag("--password-stdin", arguments_.password_stdin,
                "Read the password from the first line of standard input; at a terminal it is asked for anyway.");
  }
  static void add_roles(CLI::App& to, const std::string& option, std::vector<std::string>& roles,
                        const std::string& description) {
    to.add_option(option, roles, description)
        ->allow_extra_args(false)
        ->check(parsable<auth::Role>())
        ->type_name("ROLE");
  }

  [[nodiscard]] Email email() const { return Email::parse(arguments_.email).value(); }

  [[nodiscard]] TokenAdd new_token() const {
    TokenAdd input{auth::ServiceName::parse(arguments_.name).value(), {}, part::parse_duration(arguments_.lifetime)};
    for (const auto& scope : arguments_.scopes)
      input.scopes.push_back(auth::Scope::parse(scope, all_permissions()).value());
    return input;
  }

  [[nodiscard]] Secret password() const {
    if (!arguments_.password_stdin && isatty(STDIN_FILENO) != 1) {
      throw Failure("There is no terminal to ask for the password.",
                    "Add --password-stdin and give the password as the first line of standard input.");
    }
    return read_password(STDIN_FILENO, STDERR_FILENO);
  }

  int run_configured() const {
    ConfigSources sources{.environment = read_environment()};
    if (!arguments_.config_file.empty()) sources.file = arguments_.config_file;
    for (const auto& [name, value] : arguments_.settings) {
      if (value) sources.command_line[name] = *value;
    }
    const auto loaded = load_config(sources, make_settings(parts_));
    if (loaded) return run_(*loaded);
    for (std::size_t i = 0; i + 1 < loaded.error().size(); ++i) write_err("voyages: {}\n", loaded.error()[i]);
    return report(loaded.error().back(),
                  "Mend that and run it again; `voyages config --markdown` explains every setting.", called_wrongly);
  }

  // `voyages user add`, as far as it was understood.
  [[nodiscard]] std::string chosen_path() const {
    std::string path = "voyages";
    for (const CLI::App* at = &app_; !at->get_subcommands().empty(); path += ' ' + at->get_name()) {
      at = at->get_subcommands().front();
    }
    return path;
  }

  std::span<const part::Part> parts_;
  CLI::App app_{"", "voyages"};
  std::map<std::string, CLI::App*> part_commands_;  // by their paths
  std::list<TypedCommand> typed_;
  Arguments arguments_;
  Run run_;
  bool needs_config_ = true;
};

}  // namespace

int run_cli(int argc, const char* const* argv, std::span<const part::Part> parts) {
  // Lambda starts the file `bootstrap` without a word, and each millisecond until it asks for work is somebody's wait.
  if (argc == 1 && std::getenv("AWS_LAMBDA_RUNTIME_API")) return lambda();
  try {
    return Cli(parts).parse_and_run(argc, argv);
  } catch (const Failure& failure) {
    return report(failure.what(), failure.next_step(), failed);
  } catch (const std::exception& error) {
    return report(error.what(), "Run `voyages doctor`: it checks what can break, and says how to mend it.", failed);
  }
}

}  // namespace voyages::app

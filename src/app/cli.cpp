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
#include "base/failure.h"
#include "base/terminal.h"
#include "http/client/client.h"

namespace voyages::app {

namespace {

constexpr int failed = 1;
constexpr int called_wrongly = 2;

/// What was typed, before it is believed.
struct Arguments {
  std::string config_file;
  std::map<std::string, std::optional<std::string>> settings;  // by name, those that have an option
  std::string file;
  HealthQuestion health;
  bool markdown = false;
};

using Run = std::function<int(const LoadedConfig&)>;

int report(const std::string& problem, const std::string& next_step, int code) {
  write_err("voyages: {}\n{}\n", problem, next_step);
  return code;
}

CLI::Validator server_address() {
  return {[](std::string& text) {
            return http::client::Origin::parse(text) ? "" : "This is not an address like https://auth.example.com.";
          },
          ""};
}

/// The commands as CLI11 sees them, and which one was chosen.
class Cli {
 public:
  explicit Cli(std::span<const part::Part> parts) : parts_(parts), permissions_(all_permissions(parts)) {
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
    auto& typed = typed_.emplace_back(command, permissions_);
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
  void add_file(CLI::App* to) {
    to->add_option("FILE", arguments_.file, "The backup file.")->required()->type_name("");
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
  std::vector<part::Permission> permissions_;
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

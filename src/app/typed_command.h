#pragma once

#include <CLI/CLI.hpp>
#include <list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "part/command.h"

namespace voyages::app {

/// A part's command, and what was typed after it.
class TypedCommand {
 public:
  /// Both outlive it.
  TypedCommand(const part::Command& command, std::span<const part::Permission> permissions)
      : command_(command), permissions_(permissions) {}
  TypedCommand(const TypedCommand&) = delete;
  TypedCommand& operator=(const TypedCommand&) = delete;

  [[nodiscard]] const part::Command& command() const { return command_; }
  /// All that was typed.
  [[nodiscard]] part::Arguments arguments() const {
    part::Arguments arguments;
    for (const auto& each : typed_) {
      auto values = each.list;
      if (!each.text.empty()) values.push_back(each.text);
      if (each.flag) values.emplace_back("true");
      arguments.add(each.argument.name, std::move(values));
    }
    return arguments;
  }

  /// Lets CLI11 read an argument of it. `argument` outlives it.
  void add(CLI::App& to, const part::Argument& argument) {
    using Kind = part::Argument::Kind;
    auto& typed = typed_.emplace_back(argument);
    if (argument.kind == Kind::flag) {
      to.add_flag(argument.name, typed.flag, argument.description)->required(argument.required);
      return;
    }
    auto& option = argument.kind == Kind::list
                       ? *to.add_option(argument.name, typed.list, argument.description)->allow_extra_args(false)
                       : *to.add_option(argument.name, typed.text, argument.description);
    option.required(argument.required);
    if (argument.fault) option.check({[fault = argument.fault](std::string& text) { return fault(text); }, ""});
    if (argument.permission_fault) {
      option.check(
          {[fault = argument.permission_fault, all = permissions_](std::string& text) { return fault(text, all); },
           ""});
    }
    if (!argument.name.starts_with('-') || !argument.type.empty()) option.type_name(argument.type);
  }

 private:
  struct Typed {
    explicit Typed(const part::Argument& of) : argument(of) {}

    const part::Argument& argument;
    std::string text{};
    std::vector<std::string> list{};
    bool flag = false;
  };

  const part::Command& command_;
  std::span<const part::Permission> permissions_;
  std::list<Typed> typed_;
};

}  // namespace voyages::app

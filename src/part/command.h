#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "part/house.h"

/// Commands as parts declare them, whatever reads the command line.
namespace voyages::part {

/// What commands and the doctor's checks work with.
class Shell {
 public:
  virtual ~Shell() = default;
  /// What an operator chose. Opens nothing.
  [[nodiscard]] virtual const Options& options() const = 0;
  /// The data directory, be it there or not.
  [[nodiscard]] virtual const std::filesystem::path& data() const = 0;
  /// The table alone, opened at the first call: no part is opened, so nothing is made in it.
  [[nodiscard]] virtual store::Table& table() = 0;
  /// The house, opened at the first call, beside a server that may run on the same data.
  [[nodiscard]] virtual const House& house() = 0;
};

/// One argument of a command.
struct Argument {
  enum class Kind {
    value,  // at most one
    list,   // may be repeated
    flag,   // there or not
  };

  std::string name;  // `EMAIL`, or `--scope` for an option
  std::string description;
  Kind kind = Kind::value;
  std::string type{};  // what the help calls an option's value: `SCOPE`
  bool required = false;
  /// What is wrong with a value, for the person who typed it; empty when nothing is.
  std::function<std::string(const std::string& text)> fault{};
  /// The same for the name of a permission, which is judged by those of all parts.
  std::function<std::string(const std::string& text, std::span<const Permission> all)> permission_fault{};
  bool one_of_group = false;  // at least one of a command's arguments that say so must be there
};

/// What was typed: each of it passed its argument's `fault`.
class Arguments {
 public:
  void add(const std::string& name, std::vector<std::string> values) { values_[name] = std::move(values); }

  [[nodiscard]] bool has(std::string_view name) const { return !list(name).empty(); }
  /// The value, or the empty string.
  [[nodiscard]] std::string value(std::string_view name) const {
    const auto& values = list(name);
    return values.empty() ? std::string() : values.front();
  }
  [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const {
    static const std::vector<std::string> none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
  }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// A command, or, without `run`, the words that several begin with.
struct Command {
  std::string path;  // `token add`
  std::string description;
  std::vector<Argument> arguments{};
  /// What is wrong with the arguments together; empty when nothing is.
  std::function<std::string(const Arguments&)> fault{};
  /// Returns the process's exit code. Throws what the command line prints: a sentence for the operator.
  std::function<int(const Arguments&, Shell&)> run{};
};

/// The `fault` of an argument that `T::parse` reads.
template <class T>
std::string parse_fault(const std::string& text) {
  const auto value = T::parse(text);
  return value ? std::string() : std::string(value.error().message);
}

}  // namespace voyages::part

#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::email {

/// Why a template cannot be used, and on which of its lines, from 1.
struct MustacheFault {
  std::size_t line = 1;
  std::string message;
};

/// A parsed Mustache template (mustache(5), its specification 1.1): variables, sections, inverted sections, comments,
/// changed delimiters, dotted names. Partials and lambdas are refused: a mail's shared parts are its layout. Empty text
/// counts as false, so that `{{#from}}from {{from}}{{/from}}` says nothing of nobody. Immutable, hence thread-safe.
class Mustache {
 public:
  static constexpr std::size_t max_template_bytes = 64 << 10;
  static constexpr std::size_t max_depth = 16;  // sections within each other
  static constexpr std::size_t max_output_bytes = 2 << 20;

  enum class Escape { none, html };  // what `{{name}}` does; `{{{name}}}` never escapes

  static std::expected<Mustache, MustacheFault> parse(std::string_view text);

  /// Fails when the output would be longer than `max_output_bytes`. What `data` lacks is empty.
  [[nodiscard]] std::expected<std::string, MustacheFault> render(const boost::json::object& data, Escape escape) const;

  /// Tells each name that the template uses, and the sections that it stands in, outermost first. An inverted section
  /// brings no names of its own and is left out.
  using Visitor =
      std::function<void(std::string_view name, std::size_t line, std::span<const std::string_view> sections)>;
  void visit_names(const Visitor& visitor) const;

  /// A piece of the template: text, or a tag with what it encloses.
  struct Node {
    enum class Kind { text, variable, raw_variable, section, inverted };
    Kind kind = Kind::text;
    std::string text{};  // the text, or the tag's name
    std::size_t line = 1;
    std::vector<Node> children{};
  };

 private:
  explicit Mustache(std::vector<Node> nodes) : nodes_(std::move(nodes)) {}

  std::vector<Node> nodes_;
};

}  // namespace voyages::email

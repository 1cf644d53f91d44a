#include "email/mustache.h"

#include <fmt/format.h>

#include <ranges>
#include <utility>

#include "base/escape.h"
#include "email/mustache_parser.h"

namespace voyages::email {

namespace {

namespace json = boost::json;
using Node = Mustache::Node;

bool is_falsey(const json::value* value) {
  if (value == nullptr || value->is_null()) return true;
  if (const auto* truth = value->if_bool()) return !*truth;
  if (const auto* list = value->if_array()) return list->empty();
  if (const auto* text = value->if_string()) return text->empty();
  return false;
}

// What has no text of its own, a list or an object, shows none.
std::string to_text(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::int64:
      return fmt::to_string(value.get_int64());
    case json::kind::uint64:
      return fmt::to_string(value.get_uint64());
    case json::kind::double_:
      return fmt::format("{}", value.get_double());
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    default:
      return {};
  }
}

const json::value* member(const json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

class Renderer {
 public:
  Renderer(const json::object& data, Mustache::Escape escape) : data_(data), escape_(escape) {}

  bool render(const std::vector<Node>& nodes) {
    return std::ranges::all_of(nodes, [this](const Node& node) { return render(node); });
  }
  std::string take_output() { return std::move(output_); }
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  // The first part of a dotted name is looked for from the innermost context outwards; the rest only in what it names.
  [[nodiscard]] const json::value* find(std::string_view name) const {
    if (name == ".") return stack_.empty() ? nullptr : stack_.back();
    const auto dot = name.find('.');
    const auto* found = find_first(name.substr(0, dot));
    while (found != nullptr && name.find('.') != std::string_view::npos) {
      name.remove_prefix(name.find('.') + 1);
      found = member(*found, name.substr(0, name.find('.')));
    }
    return found;
  }

  [[nodiscard]] const json::value* find_first(std::string_view name) const {
    for (const auto* context : std::views::reverse(stack_)) {
      if (const auto* found = member(*context, name)) return found;
    }
    return data_.if_contains(name);
  }

  bool render(const Node& node) {
    line_ = node.line;
    // Lists within lists could keep a thread busy without ever writing a byte.
    if (++steps_ > max_steps) return false;
    if (node.kind == Node::Kind::text) return write(node.text);
    const auto* value = find(node.text);
    switch (node.kind) {
      case Node::Kind::section:
        return is_falsey(value) || render_section(node, *value);
      case Node::Kind::inverted:
        return !is_falsey(value) || render(node.children);
      default:
        return value == nullptr || write_value(*value, node.kind == Node::Kind::raw_variable);
    }
  }

  bool render_section(const Node& node, const json::value& value) {
    const auto* list = value.if_array();
    if (list == nullptr) return render_in(value, node);
    return std::ranges::all_of(*list, [&](const json::value& item) { return render_in(item, node); });
  }

  bool render_in(const json::value& context, const Node& node) {
    stack_.push_back(&context);
    const bool fits = render(node.children);
    stack_.pop_back();
    return fits;
  }

  bool write_value(const json::value& value, bool raw) {
    const auto text = to_text(value);
    return write(raw || escape_ == Mustache::Escape::none ? text : escape_html(text));
  }

  bool write(std::string_view text) {
    if (text.size() > Mustache::max_output_bytes - output_.size()) return false;
    output_ += text;
    return true;
  }

  static constexpr std::size_t max_steps = 1'000'000;

  const json::object& data_;
  Mustache::Escape escape_;
  std::vector<const json::value*> stack_{};
  std::string output_{};
  std::size_t steps_ = 0;
  std::size_t line_ = 1;
};

void visit(const std::vector<Node>& nodes, std::vector<std::string_view>& sections, const Mustache::Visitor& visitor) {
  for (const auto& node : nodes) {
    if (node.kind == Node::Kind::text) continue;
    visitor(node.text, node.line, sections);
    const bool brings_names = node.kind == Node::Kind::section;
    if (brings_names) sections.push_back(node.text);
    visit(node.children, sections, visitor);
    if (brings_names) sections.pop_back();
  }
}

}  // namespace

std::expected<Mustache, MustacheFault> Mustache::parse(std::string_view text) {
  auto nodes = parse_mustache(text);
  if (!nodes) return std::unexpected(std::move(nodes.error()));
  return Mustache(std::move(*nodes));
}

std::expected<std::string, MustacheFault> Mustache::render(const boost::json::object& data, Escape escape) const {
  Renderer renderer(data, escape);
  if (renderer.render(nodes_)) return renderer.take_output();
  return std::unexpected(MustacheFault{renderer.line(), "these parameters make the mail too long"});
}

void Mustache::visit_names(const Visitor& visitor) const {
  std::vector<std::string_view> sections;
  visit(nodes_, sections, visitor);
}

}  // namespace voyages::email

#include "email/templates.h"

#include <algorithm>
#include <mutex>
#include <ranges>
#include <utility>

#include "base/encoding.h"
#include "email/parameters.h"
#include "email/template_library.h"
#include "email/text_part.h"

namespace voyages::email {

namespace {

namespace json = boost::json;
using Steady = std::chrono::steady_clock;

constexpr std::size_t max_subject_characters = 200;

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F; }

// No control character reaches a mail, wherever it came from.
json::value without_controls(const json::value& value) {
  if (const auto* text = value.if_string()) {
    std::string clean(*text);
    std::erase_if(clean, is_control);
    return json::value(clean);
  }
  if (const auto* list = value.if_array()) {
    json::array clean;
    for (const auto& item : *list) clean.push_back(without_controls(item));
    return clean;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  json::object clean;
  for (const auto& [name, item] : *object) clean.emplace(name, without_controls(item));
  return clean;
}

// Runs of white space, those of Unicode that end a line among them, become one blank.
std::string single_line(std::string text) {
  for (const std::string_view separator : {"\u0085", "\u2028", "\u2029"}) {
    for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator, at)) {
      text.replace(at, separator.size(), " ");
    }
  }
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || is_control(c) || c == '\n';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  if (count_code_points(line) <= max_subject_characters) return line;
  std::size_t end = 0;
  for (std::size_t characters = 0; characters < max_subject_characters; ++characters) {
    do ++end;
    while ((static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U);
  }
  return line.substr(0, end) + "…";
}

Error too_long(const MustacheFault& fault) { return field_error("params", {"too_long", fault.message}); }

using TemplatePointer = std::shared_ptr<const Template>;

// The template, once the parameters are known to fit it.
Result<TemplatePointer> find(const TemplateLibrary& library, std::string_view name, const json::object& params) {
  const auto found = library.templates.find(name);
  if (found == library.templates.end()) return fail(unknown_template);
  auto faults = check_parameters(found->second->info.parameters, params);
  if (faults.empty()) return found->second;
  Error error(invalid_input);
  error.fields = std::move(faults);
  return fail(std::move(error));
}

}  // namespace

struct Templates::State {
  Brand brand;
  std::filesystem::path folder;
  std::chrono::milliseconds check_every;
  std::mutex mutex{};
  std::string seen{};
  Steady::time_point checked_at{};
  std::shared_ptr<const TemplateLibrary> library{};

  std::shared_ptr<const TemplateLibrary> current() {
    const std::lock_guard lock(mutex);
    const auto now = Steady::now();
    if (library && now - checked_at < check_every) return library;
    checked_at = now;
    auto found = fingerprint(folder);
    if (library && found == seen) return library;
    std::vector<std::string> problems;
    const auto own = read_own_files(folder, problems);
    auto built = build_library(own, library.get());
    built.problems.insert(built.problems.begin(), problems.begin(), problems.end());
    library = std::make_shared<const TemplateLibrary>(std::move(built));
    seen = std::move(found);
    return library;
  }
};

Templates::Templates(Brand brand, std::filesystem::path folder, std::chrono::milliseconds check_every)
    : state_(std::make_unique<State>(std::move(brand), std::move(folder), check_every)) {}

Templates::~Templates() = default;

std::vector<TemplateInfo> Templates::list() {
  const auto library = state_->current();
  std::vector<TemplateInfo> infos;
  for (const auto& [name, found] : library->templates) infos.push_back(found->info);
  return infos;
}

std::vector<std::string> Templates::problems() { return state_->current()->problems; }

Result<TemplateInfo> Templates::check(std::string_view name, const json::object& params) {
  const auto found = find(*state_->current(), name, params);
  if (!found) return fail(found.error());
  return (*found)->info;
}

Result<Content> Templates::render(std::string_view name, std::string_view locale, const json::object& params,
                                  std::string_view unsubscribe_url) {
  // One library throughout: the files may change meanwhile.
  const auto library = state_->current();
  const auto checked = find(*library, name, params);
  if (!checked) return fail(checked.error());
  const auto& found = *checked;
  const auto language = choose_locale(locale, found->info.locales);
  const auto& variant = found->variants.at(language);

  auto data = without_controls(params).as_object();
  data["brand"] = {{"name", state_->brand.name}, {"url", state_->brand.url}};
  data["unsubscribe_url"] = unsubscribe_url;
  data["locale"] = language;
  const auto subject = variant.subject.render(data, Mustache::Escape::none);
  const auto body = variant.body.render(data, Mustache::Escape::html);
  if (!subject) return fail(too_long(subject.error()));
  if (!body) return fail(too_long(body.error()));
  std::string own_text;
  if (variant.text) {
    auto text = variant.text->render(data, Mustache::Escape::none);
    if (!text) return fail(too_long(text.error()));
    own_text = std::move(*text);
  }

  const auto footers = std::views::keys(library->footers);
  const auto& footer_of = library->footers.at(choose_locale(language, {footers.begin(), footers.end()}));
  const auto footer = footer_of.render(data, Mustache::Escape::html).value_or("");
  Content content{.subject = single_line(*subject)};
  if (content.subject.empty()) content.subject = single_line(state_->brand.name);
  content.text = (variant.text ? own_text : to_text_part(*body)) + "\n-- \n" + to_text_part(footer);
  data["subject"] = content.subject;
  data["preheader"] = first_paragraph(*body, 110);
  data["body"] = *body;
  data["footer"] = footer;
  auto page = library->page->render(data, Mustache::Escape::html);
  if (!page) return fail(too_long(page.error()));
  content.html = std::move(*page);
  return content;
}

}  // namespace voyages::email

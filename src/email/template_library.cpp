#include "email/template_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"
#include "email/inline_styles.h"
#include "email/template_definition.h"

namespace voyages::email {

namespace {

constexpr std::string_view html_ending = ".html.mustache";
constexpr std::string_view text_ending = ".txt.mustache";
constexpr std::string_view layout_folder = "_layout";
constexpr std::string_view definition_file = "template.json";

// RFC 5646 §2.1 in outline: subtags of letters and digits, in small letters here.
bool is_locale(std::string_view tag) {
  constexpr std::size_t longest = 35;  // RFC 5646 §4.4.1
  if (tag.size() < 2 || tag.size() > longest || tag.ends_with('-') || tag.find("--") != std::string_view::npos)
    return false;
  return tag.front() >= 'a' && tag.front() <= 'z' &&
         tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

bool is_template_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

std::vector<TemplateParameter> declare(std::initializer_list<std::string_view> names) {
  std::vector<TemplateParameter> parameters;
  for (const auto name : names) parameters.push_back({.name = std::string(name)});
  return parameters;
}

bool is_declared(std::string_view name, std::span<const std::string_view> sections,
                 const std::vector<TemplateParameter>& parameters) {
  if (name == "brand.name" || name == "brand.url" || (name == "." && !sections.empty())) return true;
  const auto has = [&](const auto& list) {
    return std::ranges::find(list, name, &TemplateParameter::name) != list.end();
  };
  return has(parameters) || std::ranges::any_of(parameters, [&](const TemplateParameter& parameter) {
           return std::ranges::find(sections, parameter.name) != sections.end() && has(parameter.fields);
         });
}

// A misspelt name would be a blank in somebody's mail.
std::optional<MustacheFault> find_undeclared(const Mustache& parsed, const std::vector<TemplateParameter>& parameters) {
  std::optional<MustacheFault> fault;
  parsed.visit_names([&](std::string_view name, std::size_t line, std::span<const std::string_view> sections) {
    if (fault || is_declared(name, sections, parameters)) return;
    fault = MustacheFault{line, fmt::format("there is no parameter `{}`", name)};
  });
  return fault;
}

// Marks what the subject shows: a parameter by itself, or a field of a list's objects.
void mark_subject(const Mustache& subject, std::vector<TemplateParameter>& parameters) {
  subject.visit_names([&](std::string_view name, std::size_t, std::span<const std::string_view> sections) {
    for (auto& parameter : parameters) {
      if (parameter.name == name) parameter.in_subject = true;
      if (std::ranges::find(sections, parameter.name) == sections.end()) continue;
      for (auto& field : parameter.fields) {
        if (field.name == name) field.in_subject = true;
      }
    }
  });
}

class Builder {
 public:
  Builder(const TemplateFiles& own, const TemplateLibrary* previous) : own_(own), previous_(previous) {
    for (const auto& file : built_in_files()) built_in_[std::string(file.path)] = {std::string(file.text)};
  }

  TemplateLibrary run() {
    build_layout();
    std::vector<std::string> names;
    for (const TemplateFiles* files : weakest_first()) {
      for (const auto& [path, file] : *files) names.push_back(path.substr(0, path.find('/')));
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    for (const auto& name : names) {
      if (name == layout_folder) continue;
      if (is_template_name(name)) {
        build_template(name);
      } else {
        complain(name, "a template's name has small letters, digits, `_` and `-`");
      }
    }
    return std::move(library_);
  }

 private:
  [[nodiscard]] std::array<const TemplateFiles*, 2> weakest_first() const { return {&built_in_, &own_}; }

  void complain(std::string_view path, std::string_view message) {
    library_.problems.push_back(fmt::format("{}: {}", path, message));
  }
  void complain(std::string_view path, const MustacheFault& fault, std::size_t lines_before = 0) {
    complain(fmt::format("{}:{}", path, fault.line + lines_before), fault.message);
  }

  std::optional<Mustache> parse(std::string_view path, std::string_view text,
                                const std::vector<TemplateParameter>& parameters, std::size_t lines_before = 0) {
    auto parsed = Mustache::parse(text);
    auto fault = parsed ? find_undeclared(*parsed, parameters) : std::move(parsed.error());
    if (!fault) return std::move(*parsed);
    complain(path, *fault, lines_before);
    return std::nullopt;
  }

  // What `read` makes of the operator's file, or else of the built-in one of this path.
  template <class Read>
  auto read_either(const std::string& path, const Read& read) -> decltype(read(TemplateFile{})) {
    for (const TemplateFiles* files : {&own_, static_cast<const TemplateFiles*>(&built_in_)}) {
      const auto file = files->find(path);
      if (file == files->end()) continue;
      if (auto result = read(file->second)) return result;
    }
    return std::nullopt;
  }

  void build_layout() {
    const auto folder = std::string(layout_folder) + '/';
    const auto css = folder + "layout.css";
    styles_ = parse_styles(own_.contains(css) ? own_.at(css).text : built_in_.at(css).text);
    const auto page = folder + "layout" + std::string(html_ending);
    library_.page = read_either(page, [&](const TemplateFile& file) {
      static const auto names = declare({"subject", "preheader", "body", "footer", "locale", "unsubscribe_url"});
      return parse(page, inline_styles(file.text, styles_), names);
    });
    for (const TemplateFiles* files : weakest_first()) {
      for (const auto& [path, file] : *files) {
        constexpr std::string_view footer = "footer.";
        if (!path.starts_with(folder + std::string(footer))) {
          if (file.is_own && path.starts_with(folder) && path != page && path != css)
            complain(path, "nothing reads this file");
          continue;
        }
        auto locale = std::string_view(path).substr(folder.size() + footer.size());
        if (!locale.ends_with(html_ending)) continue;
        locale.remove_suffix(html_ending.size());
        if (auto parsed = parse(path, inline_styles(file.text, styles_), declare({"unsubscribe_url"}))) {
          library_.footers.insert_or_assign(to_lower_ascii(locale), std::move(*parsed));
        }
      }
    }
  }

  std::optional<TemplateInfo> define(const std::string& name) {
    const auto path = name + '/' + std::string(definition_file);
    const auto built_in = built_in_.find(path);
    const auto own = own_.find(path);
    const auto* file = built_in != built_in_.end() ? &built_in->second : own != own_.end() ? &own->second : nullptr;
    if (built_in != built_in_.end() && own != own_.end()) {
      complain(path,
               "the parameters of a built-in template are fixed, for those who send it know no others; remove it");
    }
    if (file == nullptr) {
      complain(path, "is missing: it declares the parameters");
      return std::nullopt;
    }
    auto info = parse_definition(file->text);
    if (!info) {
      complain(path, info.error());
      return std::nullopt;
    }
    info->name = name;
    return std::move(*info);
  }

  void build_template(const std::string& name) {
    Template result;
    if (auto info = define(name)) {
      result.info = std::move(*info);
      for (const TemplateFiles* files : weakest_first()) {
        for (auto file = files->lower_bound(name + '/'); file != files->end() && file->first.starts_with(name + '/');
             ++file) {
          add_file(result, file->first, file->second);
        }
      }
    }
    if (result.variants.contains("en")) {
      for (const auto& [locale, variant] : result.variants) {
        result.info.locales.push_back(locale);
        mark_subject(variant.subject, result.info.parameters);
      }
      library_.templates.emplace(name, std::make_shared<const Template>(std::move(result)));
      return;
    }
    complain(name, "cannot be used: it has no good en.html.mustache");
    if (previous_ == nullptr) return;
    if (const auto old = previous_->templates.find(name); old != previous_->templates.end())
      library_.templates.insert(*old);
  }

  // Files come sorted, so `de.html.mustache` is here before `de.txt.mustache`.
  void add_file(Template& result, const std::string& path, const TemplateFile& file) {
    const auto file_name = std::string_view(path).substr(result.info.name.size() + 1);
    if (file_name == definition_file) return;
    const bool html = file_name.ends_with(html_ending);
    if (!html && !file_name.ends_with(text_ending)) return complain(path, "nothing reads this file");
    const auto locale =
        to_lower_ascii(file_name.substr(0, file_name.size() - (html ? html_ending : text_ending).size()));
    if (!is_locale(locale)) return complain(path, "its name must begin with a language, like `en` or `de-at`");
    const auto variant = result.variants.find(locale);
    if (html) {
      auto read = read_variant(path, file.text, result.info.parameters);
      if (!read) return;
      result.variants.insert_or_assign(locale, std::move(*read));
    } else if (variant == result.variants.end()) {
      return complain(path, "there is no good .html.mustache of this language");
    } else if (auto text = parse(path, file.text, result.info.parameters)) {
      variant->second.text = std::move(*text);
    } else {
      return;
    }
    result.info.is_own = result.info.is_own || file.is_own;
  }

  std::optional<TemplateVariant> read_variant(const std::string& path, std::string_view text,
                                              const std::vector<TemplateParameter>& parameters) {
    constexpr std::string_view label = "Subject:";
    const auto line_end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, line_end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto body_text = text.substr(std::min(line_end + 1, text.size()));
    if (!line.starts_with(label) || trim(line.substr(label.size())).empty()) {
      complain(path + ":1", "the first line must be `Subject: …`");
      return std::nullopt;
    }
    if (body_text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      complain(path + ":2", "there is no text after the subject");
      return std::nullopt;
    }
    auto subject = parse(path, trim(line.substr(label.size())), parameters);
    auto body = parse(path, inline_styles(body_text, styles_), parameters, 1);
    if (!subject || !body) return std::nullopt;
    return TemplateVariant{std::move(*subject), std::move(*body)};
  }

  const TemplateFiles& own_;
  const TemplateLibrary* previous_;
  TemplateFiles built_in_{};
  std::vector<StyleRule> styles_{};
  TemplateLibrary library_{};
};

}  // namespace

TemplateLibrary build_library(const TemplateFiles& own, const TemplateLibrary* previous) {
  return Builder(own, previous).run();
}

std::string choose_locale(std::string_view wanted, const std::vector<std::string>& offered) {
  auto tag = to_lower_ascii(wanted.substr(0, 64));
  if (!is_locale(tag)) return "en";
  while (!tag.empty()) {
    if (std::ranges::find(offered, tag) != offered.end()) return tag;
    const auto dash = tag.rfind('-');
    tag.resize(dash == std::string::npos ? 0 : dash);
  }
  return "en";
}

}  // namespace voyages::email

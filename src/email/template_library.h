#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "email/mustache.h"
#include "email/template_files.h"
#include "email/templates.h"

namespace voyages::email {

/// A template in one language.
struct TemplateVariant {
  Mustache subject;
  Mustache body;
  std::optional<Mustache> text{};  // absent: derived from the body
};

/// A template in all its languages; `en` is among them.
struct Template {
  TemplateInfo info{};
  std::map<std::string, TemplateVariant, std::less<>> variants{};
};

/// Everything that was read, checked and parsed at one moment. Immutable.
struct TemplateLibrary {
  std::map<std::string, std::shared_ptr<const Template>, std::less<>> templates{};
  std::optional<Mustache> page{};
  std::map<std::string, Mustache, std::less<>> footers{};
  std::vector<std::string> problems{};
};

/// The built-in files and the operator's, which win one by one. An own file that is broken is a problem and the
/// built-in one stays; where there is none, the template stays as it was in `previous`, if it was.
TemplateLibrary build_library(const TemplateFiles& own, const TemplateLibrary* previous);

/// `de-AT` when there is such an entry, else `de`, else `en`.
std::string choose_locale(std::string_view wanted, const std::vector<std::string>& offered);

}  // namespace voyages::email

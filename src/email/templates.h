#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "email/message.h"

namespace voyages::email {

inline constexpr ErrorCode unknown_template{"unknown_template",
                                            "There is no such template. GET /email-templates lists them."};

/// A parameter that a template declares.
struct TemplateParameter {
  enum class Type { text, url, number, boolean, list };  // list: of objects, for a section

  std::string name{};
  Type type = Type::text;
  bool required = true;
  std::string description{};
  boost::json::value example{};
  std::vector<TemplateParameter> fields{};  // of each object of a list
  bool in_subject = false;                  // of some language, hence one line
};

/// What can be known of a template without rendering it.
struct TemplateInfo {
  std::string name{};  // `reset_password`
  std::string description{};
  Stream stream = Stream::transactional;
  std::vector<TemplateParameter> parameters{};
  std::vector<std::string> locales{};  // `en` is always among them
  bool is_own = false;                 // from the operator's folder, not built in
};

/// What every template shows of the operator.
struct Brand {
  std::string name = "Cloud Voyages";
  std::string url;
};

/// The mail templates: built in, and in a folder of the operator's, whose files are read anew when they have changed
/// and win over built-in ones of the same name. Thread-safe.
class Templates {
 public:
  /// `folder` need not exist; empty: built-in templates only. Changed files are looked for at most once in
  /// `check_every`.
  Templates(Brand brand, std::filesystem::path folder, std::chrono::milliseconds check_every = std::chrono::seconds(1));
  ~Templates();

  /// By name. A template in the folder that does not parse is an error here, and not in a mail: see `problems`.
  [[nodiscard]] std::vector<TemplateInfo> list();
  /// One sentence for each fault in the operator's folder, with file and line.
  [[nodiscard]] std::vector<std::string> problems();
  /// Fails with `unknown_template`, or with `invalid_input` that names every parameter that is missing, unknown or of
  /// another type, as `params.url`.
  [[nodiscard]] Result<TemplateInfo> check(std::string_view name, const boost::json::object& params);
  /// The same faults as `check`; else the content in the locale (BCP 47; `de-AT` falls back to `de`, then `en`; what
  /// is no language tag is `en`). Its subject is one line and never empty. With an `unsubscribe_url` the footer offers
  /// it.
  [[nodiscard]] Result<Content> render(std::string_view name, std::string_view locale,
                                       const boost::json::object& params, std::string_view unsubscribe_url = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace voyages::email

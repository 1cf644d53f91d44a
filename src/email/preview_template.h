#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "email/emails.h"
#include "email/queue_email.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::email {

struct ParameterView {
  std::string name;
  std::string type;
  bool required;
  std::string description;
  boost::json::value example;

  static constexpr http::FieldDoc docs[] = {
      {"type", "text, url, number, boolean or list.", R"("url")"},
      {"name", "", R"("url")"},
      {"required", "", "true"},
      {"description", "", R"("Where the link leads.")"},
      {"example", "", R"("https://example.com/reset")"},
  };
};
BOOST_DESCRIBE_STRUCT(ParameterView, (), (name, type, required, description, example))

struct TemplateView {
  std::string name;
  std::string description;
  std::string stream;
  std::vector<ParameterView> parameters;
  std::vector<std::string> locales;
  bool own;

  static constexpr http::FieldDoc docs[] = {
      {"stream", "TRANSACTIONAL, or BULK, which can be unsubscribed from.", R"("TRANSACTIONAL")"},
      {"name", "", R"("reset_password")"},
      {"description", "", R"("The link to choose a new password.")"},
      {"locales", "", R"(["en", "de"])"},
      {"own", "From the operator's folder rather than built in."},
  };
};
BOOST_DESCRIBE_STRUCT(TemplateView, (), (name, description, stream, parameters, locales, own))

struct TemplateList {
  std::vector<TemplateView> items;
  std::vector<std::string> problems;

  static constexpr http::FieldDoc docs[] = {{"problems", "What is wrong in the operator's folder.", "[]"}};
};
BOOST_DESCRIBE_STRUCT(TemplateList, (), (items, problems))

struct PreviewRequest {
  http::Text<1, 64> name;
  std::optional<boost::json::object> params;
  std::optional<Locale> locale;

  static constexpr http::FieldDoc docs[] = {
      {"name", "", R"("reset_password")"},
      {"params", "The template's own examples when left out.", R"({"url": "https://example.com/reset"})"}};
};
BOOST_DESCRIBE_STRUCT(PreviewRequest, (), (name, params, locale))

struct PreviewResponse {
  std::string subject;
  std::string text;
  std::string html;

  static constexpr http::FieldDoc docs[] = {
      {"subject", "", R"("Choose a new password")"},
      {"text", "", R"("Somebody asked for a new password.")"},
      {"html", "", R"("<!doctype html>…")"},
  };
};
BOOST_DESCRIBE_STRUCT(PreviewResponse, (), (subject, text, html))

/// `GET /email-templates`.
Result<TemplateList> list_templates(Emails& emails, const http::Nothing&, http::Context& context);
/// `POST /email-templates/{name}/preview`: what a mail would be, without sending one.
Result<PreviewResponse> preview_template(Emails& emails, const PreviewRequest& input, http::Context& context);

}  // namespace voyages::email

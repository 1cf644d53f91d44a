#include "email/preview_template.h"

namespace voyages::email {

namespace {

namespace json = boost::json;

std::string_view to_string(TemplateParameter::Type type) {
  switch (type) {
    case TemplateParameter::Type::text:
      return "text";
    case TemplateParameter::Type::url:
      return "url";
    case TemplateParameter::Type::number:
      return "number";
    case TemplateParameter::Type::boolean:
      return "boolean";
    case TemplateParameter::Type::list:
      return "list";
  }
  return "text";
}

TemplateView view(const TemplateInfo& info) {
  TemplateView view{info.name, info.description, std::string(to_string(info.stream)), {}, info.locales, info.is_own};
  for (const auto& each : info.parameters) {
    view.parameters.push_back(
        {each.name, std::string(to_string(each.type)), each.required, each.description, each.example});
  }
  return view;
}

json::object examples(Emails& emails, std::string_view name) {
  json::object params;
  for (const auto& info : emails.templates.list()) {
    if (info.name != name) continue;
    for (const auto& each : info.parameters) params[each.name] = each.example;
  }
  return params;
}

}  // namespace

Result<TemplateList> list_templates(Emails& emails, const http::Nothing&, http::Context&) {
  TemplateList list{{}, emails.templates.problems()};
  for (const auto& info : emails.templates.list()) list.items.push_back(view(info));
  return list;
}

Result<PreviewResponse> preview_template(Emails& emails, const PreviewRequest& input, http::Context&) {
  const auto& name = input.name.text();
  const auto params = input.params ? *input.params : examples(emails, name);
  auto content = emails.templates.render(name, input.locale ? input.locale->text() : "", params,
                                         emails.options.public_url + "/unsubscribe");
  if (!content) return fail(content.error());
  return PreviewResponse{std::move(content->subject), std::move(content->text), std::move(content->html)};
}

}  // namespace voyages::email

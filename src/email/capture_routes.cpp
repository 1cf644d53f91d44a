#include "email/capture_routes.h"

#include <algorithm>
#include <memory>

#include "base/encoding.h"
#include "base/secret.h"
#include "crypto/token.h"
#include "http/endpoint.h"
#include "http/list.h"
#include "http/raw_route.h"

namespace voyages::email {

namespace {

using http::Context;
using http::Nothing;

constexpr std::size_t shown_source_bytes = 512 * 1024;

// What stands in our files may have been edited by hand; JSON is UTF-8 whatever it is.
std::string readable(std::string text) {
  if (!is_utf8(text)) std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return text;
}

// At most `limit` bytes, and no half character at their end.
std::string beginning(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  text.resize(limit);
  return text;
}

MailAddress view(const Mailbox& mailbox) { return {mailbox.name, mailbox.address}; }

Result<http::List<CapturedMailSummary>> list_captured_mails(const CapturedMails& mails,
                                                            const http::ListByIdInput& input) {
  auto page = mails.list(input.page_size(), input.cursor ? std::string_view(input.cursor->text()) : "");
  http::List<CapturedMailSummary> list;
  for (auto& mail : page.items) {
    list.items.push_back({std::move(mail.id), view(mail.from), view(mail.to), std::move(mail.subject), mail.date});
  }
  if (!page.next_cursor.empty()) list.next_cursor = std::move(page.next_cursor);
  return list;
}

Result<CapturedMailView> get_captured_mail(const CapturedMails& mails, const CapturedMailInput& input) {
  auto mail = mails.find(input.id.text());
  auto source = mails.source(input.id.text());
  if (!mail || !source) return fail(captured_mail_not_found);
  auto& summary = mail->summary;
  CapturedMailView shown{.id = std::move(summary.id),
                         .from = view(summary.from),
                         .to = view(summary.to),
                         .subject = std::move(summary.subject),
                         .date = summary.date,
                         .message_id = std::move(mail->message_id),
                         .text = std::move(mail->text),
                         .html = std::move(mail->html),
                         .source = {},
                         .source_is_cut = source->size() > shown_source_bytes,
                         .unsubscribe_url = std::nullopt,
                         .attachments = {}};
  shown.source = readable(beginning(std::move(*source), shown_source_bytes));
  if (!mail->unsubscribe_url.empty()) shown.unsubscribe_url = std::move(mail->unsubscribe_url);
  for (auto& file : mail->attachments) shown.attachments.push_back({std::move(file.name), file.size});
  return shown;
}

Result<void> delete_captured_mail(CapturedMails& mails, const CapturedMailInput& input) {
  if (!mails.remove(input.id.text())) return fail(captured_mail_not_found);
  return {};
}

// Not typed: its output is no JSON.
http::Response download(const CapturedMails& mails, const http::Route& route, const http::Request& request,
                        const http::PathParameters& parameters, const Context& context) {
  const auto input = http::read_input<CapturedMailInput>(route, request, parameters);
  if (!input) return http::input_problem(input.error(), context.request_id);
  auto source = mails.source(input->id.text());
  if (!source) return http::failure(route, captured_mail_not_found, context);
  http::Response response;
  response.headers.add("Content-Type", "message/rfc822");
  response.headers.add("Content-Disposition", "attachment; filename=\"" + input->id.text() + ".eml\"");
  response.body = std::move(*source);
  return response;
}

void add_download(http::Router& router, const CapturedMails& mails, std::shared_ptr<const http::HeaderKey> key) {
  const auto handler = [&mails](const http::Route& self, const http::Request& request,
                                const http::PathParameters& parameters,
                                Context& context) { return download(mails, self, request, parameters, context); };
  http::add_raw_route(router, {.path = "/captured-mails/{id}/source", .operation_id = "get_captured_mail_source"},
                      handler)
      .tag("captured mail")
      .hidden()
      .signed_in("captured-mails:read")
      .or_key(std::move(key))
      .fails(404, captured_mail_not_found);
}

}  // namespace

std::string ReadingToken::make(Time now) {
  const auto token = crypto::new_token(now);
  secret_hash_ = token.secret_hash;
  return std::string(token.text.expose());
}

bool ReadingToken::is(std::string_view presented) const {
  const auto token = crypto::read_token(presented);
  return token && !secret_hash_.empty() && equal_in_constant_time(token->secret_hash, secret_hash_);
}

void add_capture_routes(http::Router& router, CapturedMails& mails, const ReadingToken& token) {
  const auto key = std::make_shared<const http::HeaderKey>(
      http::HeaderKey{.scheme = "mailToken",
                      .header = "X-Mail-Token",
                      .description = "The token in the link to the mail that `voyages serve` prints.",
                      .refused = wrong_mail_token,
                      .opens = [&token](std::string_view presented) { return token.is(presented); }});
  http::Endpoints routes(router, "captured mail");
  routes
      .get("/captured-mails", "list_captured_mails",
           [&mails](const http::ListByIdInput& input, Context&) -> Result<http::List<CapturedMailSummary>> {
             return list_captured_mails(mails, input);
           })
      .summary("The mails that were written down instead of sent, newest first")
      .description("Here only while no mail server is configured, as are all routes of captured mail.")
      .signed_in("captured-mails:read")
      .or_key(key);
  routes
      .get("/captured-mails/{id}", "get_captured_mail",
           [&mails](const CapturedMailInput& input, Context&) -> Result<CapturedMailView> {
             return get_captured_mail(mails, input);
           })
      .summary("One captured mail: text, HTML and source")
      .signed_in("captured-mails:read")
      .or_key(key)
      .fails(404, captured_mail_not_found);
  routes
      .del("/captured-mails/{id}", "delete_captured_mail",
           [&mails](const CapturedMailInput& input, Context&) -> Result<void> {
             return delete_captured_mail(mails, input);
           })
      .summary("Remove a captured mail")
      .signed_in("captured-mails:write")
      .or_key(key)
      .fails(404, captured_mail_not_found);
  routes
      .del("/captured-mails", "delete_captured_mails",
           [&mails](const Nothing&, Context&) -> Result<void> {
             mails.remove_all();
             return {};
           })
      .summary("Remove every captured mail")
      .signed_in("captured-mails:write")
      .or_key(key);
  add_download(router, mails, key);
}

}  // namespace voyages::email

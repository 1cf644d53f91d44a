#include "dead_letters/routes.h"

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "http/endpoint.h"
#include "http/types.h"

namespace voyages::dead_letters {

namespace {

constexpr ErrorCode dead_letter_not_found{"dead_letter_not_found",
                                          "There is no such dead letter. Others may have seen to it."};
constexpr ErrorCode dead_letter_not_retryable{"dead_letter_not_retryable",
                                              "No queue takes this message again: it did not come from this program."};
constexpr ErrorCode foreign_letters_cursor{"invalid_cursor", "Use the `next_cursor` of the page before, unchanged."};

struct DeadLetterView {
  std::string id;
  std::string kind;
  std::string body;
  std::int64_t attempts;
  std::string reason;
  Time queued_at;
  Time died_at;

  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"kind", "The kind of work.", R"("auth.logout_notice")"},
      {"body", "What the work is about: an id, or an address.", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6072")"},
      {"attempts", "How often it was delivered.", "8"},
      {"reason", "Why the last try failed.", R"("the client answered 500")"},
      {"queued_at", "When it was queued first."},
      {"died_at", "When it failed for the last time."},
  };
};
BOOST_DESCRIBE_STRUCT(DeadLetterView, (), (id, kind, body, attempts, reason, queued_at, died_at))

struct ListDeadLettersRequest {
  std::optional<http::Integer<1, 200>> limit;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListDeadLettersRequest, (), (limit, cursor))

struct DeadLetterList {
  std::vector<DeadLetterView> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(DeadLetterList, (), (items, next_cursor))

struct DeadLetterInput {
  http::Uuid id;
};
BOOST_DESCRIBE_STRUCT(DeadLetterInput, (), (id))

Result<DeadLetterList> list_dead_letters(store::DeadLetters& letters, const ListDeadLettersRequest& input,
                                         http::Context&) {
  store::DeadLetterPage page;
  try {
    page = letters.list(input.limit ? static_cast<std::size_t>(input.limit->value) : 50, input.cursor.value_or(""));
  } catch (const store::InvalidCursor&) {
    return fail(field_error("cursor", foreign_letters_cursor));
  }
  DeadLetterList list;
  for (auto& each : page.items) {
    list.items.push_back({each.id, each.message.kind, each.message.body, each.message.attempt, each.reason,
                          each.message.enqueued_at, each.died_at});
  }
  if (!page.next_cursor.empty()) list.next_cursor = std::move(page.next_cursor);
  return list;
}

Result<void> retry_dead_letter(store::DeadLetters& letters, const DeadLetterInput& input, http::Context&) {
  try {
    if (!letters.retry(input.id.text())) return fail(dead_letter_not_found);
  } catch (const std::invalid_argument&) {
    return fail(dead_letter_not_retryable);
  }
  return {};
}

Result<void> discard_dead_letter(store::DeadLetters& letters, const DeadLetterInput& input, http::Context&) {
  if (!letters.discard(input.id.text())) return fail(dead_letter_not_found);
  return {};
}

}  // namespace

void add_routes(http::Router& router, store::DeadLetters& letters) {
  using http::bind;
  http::Endpoints routes(router, "admin");
  routes.get("/admin/dead-letters", "list_dead_letters", bind(letters, list_dead_letters))
      .summary("Queued work that failed for good, newest first")
      .description("The newest 1,000 are kept, for 30 days.")
      .signed_in("dead-letters:read");
  routes.post("/admin/dead-letters/{id}/retry", "retry_dead_letter", bind(letters, retry_dead_letter))
      .summary("Put failed work back into the queue, with all its tries")
      .signed_in("dead-letters:write")
      .fails(404, dead_letter_not_found)
      .fails(409, dead_letter_not_retryable);
  routes.del("/admin/dead-letters/{id}", "discard_dead_letter", bind(letters, discard_dead_letter))
      .summary("Give up failed work")
      .signed_in("dead-letters:write")
      .fails(404, dead_letter_not_found);
}

}  // namespace voyages::dead_letters

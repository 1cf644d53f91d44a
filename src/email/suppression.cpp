#include "email/suppression.h"

#include <algorithm>
#include <utility>

namespace voyages::email {

namespace {

constexpr std::int64_t soft_bounce_limit = 5;
constexpr auto soft_bounces_kept = std::chrono::days(30);
constexpr std::string_view list_index = "SUPPRESSED";

constexpr std::pair<SuppressionReason, std::string_view> reason_names[] = {
    {SuppressionReason::hard_bounce, "HARD_BOUNCE"},
    {SuppressionReason::soft_bounces, "SOFT_BOUNCES"},
    {SuppressionReason::complaint, "COMPLAINT"},
    {SuppressionReason::unsubscribed, "UNSUBSCRIBED"},
    {SuppressionReason::manual, "MANUAL"}};

std::string partition(std::string_view email) { return "MAIL#SUPPRESSED#" + std::string(email); }

store::Key key(std::string_view email, Stream stream) { return {partition(email), std::string(to_string(stream))}; }

Suppression to_suppression(const store::Item& item) {
  return {std::string(item.text("email")), parse_stream(item.text("stream")).value(), std::string(item.text("reason")),
          from_ms(item.number("created_at"))};
}

}  // namespace

std::string_view to_string(SuppressionReason reason) {
  return std::ranges::find(reason_names, reason, &std::pair<SuppressionReason, std::string_view>::first)->second;
}

std::string_view to_string(Stream stream) { return stream == Stream::bulk ? "BULK" : "TRANSACTIONAL"; }

std::optional<Stream> parse_stream(std::string_view text) {
  for (const auto stream : all_streams) {
    if (text == to_string(stream)) return stream;
  }
  return std::nullopt;
}

std::optional<Suppression> SuppressionList::find(std::string_view email, Stream stream) {
  const auto item = get(table_, key(email, stream));
  if (!item) return std::nullopt;
  return to_suppression(*item);
}

void SuppressionList::add(std::string_view email, Stream stream, SuppressionReason reason, Time now) {
  const std::string stream_name(to_string(stream));
  const store::Write write =
      store::Put{{key(email, stream),
                  {{"email", std::string(email)},
                   {"stream", stream_name},
                   {"reason", std::string(to_string(reason))},
                   {"created_at", to_ms(now)}},
                  store::IndexKey{std::string(list_index), std::string(email) + '#' + stream_name}},
                 {store::item_absent()}};
  (void)table_.write({&write, 1});  // refused when it is suppressed already: the first reason stays
}

void SuppressionList::count_soft_bounce(std::string_view email, Time now, std::string_view event_id) {
  const store::Key counter{partition(email), "SOFT"};
  store::Update update{.key = counter, .add = {{"count", 1}}};
  if (!get(table_, counter)) update.expires_at = now + soft_bounces_kept;
  std::vector<store::Write> writes{std::move(update)};
  if (!event_id.empty()) {
    writes.emplace_back(
        store::Put{{.key = {partition(email), "SOFT#" + std::string(event_id)}, .expires_at = now + soft_bounces_kept},
                   {store::item_absent()}});
  }
  (void)table_.write(writes);  // refused when this event is counted already
  const auto counted = get(table_, counter);
  if (!counted || counted->number("count") < soft_bounce_limit) return;
  for (const auto stream : all_streams) {
    add(email, stream, SuppressionReason::soft_bounces, now);
  }
}

bool SuppressionList::remove(std::string_view email, Stream stream) {
  const store::Write writes[] = {store::Delete{key(email, stream), {store::item_exists()}},
                                 store::Delete{{partition(email), "SOFT"}}};
  return table_.write(writes).has_value();
}

SuppressionPage SuppressionList::list(std::size_t limit, const std::string& cursor) {
  const auto page = table_.query(
      {.source = store::Query::Source::index, .pk = std::string(list_index), .limit = limit, .cursor = cursor});
  SuppressionPage found{{}, page.next_cursor};
  for (const auto& item : page.items) found.items.push_back(to_suppression(item));
  return found;
}

}  // namespace voyages::email

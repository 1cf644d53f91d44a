#include "email/outbox.h"

#include <boost/json.hpp>

#include "base/email_address.h"
#include "base/uuid.h"

namespace voyages::email {

namespace {

namespace json = boost::json;

constexpr std::string_view seal_purpose = "email.params";
constexpr std::string_view key_prefix = "MAIL#";
constexpr std::string_view queued_index = "MAIL#QUEUED";
constexpr std::string_view requeued_index = "MAIL#REQUEUED";
constexpr auto lost_after = std::chrono::minutes(1);
constexpr auto keep_sent = std::chrono::days(7);

store::Key mail_key(std::string_view id) { return {std::string(key_prefix) + std::string(id), "MAIL"}; }

// One spelling per mailbox.
std::string recipient(std::string_view to) {
  const auto email = Email::parse(to);
  return email ? email->normalised() : std::string(to);
}

// Where the mails that an address got are found.
std::string sent_index(std::string_view email_normalised) { return "MAIL#TO#" + std::string(email_normalised); }

Secret to_json(const std::map<std::string, std::string>& params) {
  json::object object;
  for (const auto& [name, value] : params) object[name] = value;
  return Secret(json::serialize(object));
}

std::map<std::string, std::string> from_json(const Secret& text) {
  const auto parsed = json::parse(text.expose());
  std::map<std::string, std::string> params;
  for (const auto& member : parsed.as_object()) {
    params.emplace(std::string(member.key()), std::string(member.value().as_string()));
  }
  return params;
}

}  // namespace

store::Put Outbox::record(const Mail& mail, Time now) const {
  const auto id = new_uuid7(now);
  return {{mail_key(id),
           {{"to", mail.to},
            {"template", mail.template_name},
            {"params", store::Bytes{master_key_.seal(to_json(mail.params), seal_purpose)}},
            {"status", "QUEUED"},
            {"created_at", now.time_since_epoch().count()}},
           store::IndexKey{std::string(queued_index), id}}};
}

void Outbox::dispatch(const store::Put& recorded) {
  const auto id = std::string_view(recorded.item.key.pk).substr(key_prefix.size());
  try {
    queue_.send(send_mail, id);
  } catch (const std::exception& exception) {
    log_.warn("a recorded mail was not queued; it will be in a minute", {{"mail", id}, {"error", exception.what()}});
  }
}

std::size_t Outbox::requeue_lost(Time now) {
  const auto page =
      table_.query({.source = store::Query::Source::index, .pk = std::string(queued_index), .limit = 100});
  std::size_t count = 0;
  for (const auto& item : page.items) {
    if (item.number("created_at") > (now - lost_after).time_since_epoch().count()) continue;
    const auto id = item.key.pk.substr(key_prefix.size());
    queue_.send(send_mail, id);
    // Out of this index, else a mail server that is down for a day would get each mail queued every minute.
    const store::Write write = store::Update{.key = item.key,
                                             .index = store::IndexKey{std::string(requeued_index), id},
                                             .conditions = {store::equals("status", "QUEUED")}};
    (void)table_.write({&write, 1});  // refused when it has just been sent
    ++count;
  }
  return count;
}

std::optional<Mail> Outbox::find_queued(std::string_view mail_id) {
  const auto item = get(table_, mail_key(mail_id));
  if (!item || item->text("status") != "QUEUED") return std::nullopt;
  const auto* sealed = item->find<store::Bytes>("params");
  const auto params = sealed ? master_key_.open(sealed->value, seal_purpose) : std::nullopt;
  if (!params) throw std::runtime_error("a queued mail does not open with this master key");
  return Mail{std::string(item->text("to")), std::string(item->text("template")), from_json(*params)};
}

void Outbox::mark_sent(std::string_view mail_id, Time now) {
  const auto item = get(table_, mail_key(mail_id));
  if (!item) return;
  // A whole new item rather than an update: it leaves the index of queued mail, and its parameters are gone.
  const store::Write write = store::Put{{item->key,
                                         {{"to", std::string(item->text("to"))},
                                          {"template", std::string(item->text("template"))},
                                          {"status", "SENT"},
                                          {"created_at", item->number("created_at")},
                                          {"sent_at", now.time_since_epoch().count()}},
                                         store::IndexKey{sent_index(recipient(item->text("to"))), std::string(mail_id)},
                                         now + keep_sent},
                                        {store::equals("status", "QUEUED")}};
  (void)table_.write({&write, 1});  // refused when another worker marked it first
}

void Outbox::forget(std::string_view email_normalised) {
  for (const auto& index : {std::string(queued_index), std::string(requeued_index), sent_index(email_normalised)}) {
    forget(email_normalised, index);
  }
}

void Outbox::forget(std::string_view email_normalised, std::string_view index) {
  store::Query query{.source = store::Query::Source::index, .pk = std::string(index), .limit = 1000};
  do {
    const auto page = table_.query(query);
    for (const auto& item : page.items) {
      if (recipient(item.text("to")) != email_normalised) continue;
      const store::Write write = store::Delete{item.key};
      (void)table_.write({&write, 1});  // without conditions it cannot be refused
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
}

}  // namespace voyages::email

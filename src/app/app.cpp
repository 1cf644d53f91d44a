#include "app/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>
#include <stdexcept>

#include "app/pages.h"
#include "app/permissions.h"

namespace voyages::app {

namespace {

http::FrontDoorOptions front_door_options(const Config& config) {
  // Checked when the configuration was read.
  return {.cors_origins = config.cors_origins,
          .trusted_proxies = http::TrustedProxies::parse(config.trusted_proxies).value()};
}

http::client::AddressPolicy outgoing_policy(const Config& config) {
  // Checked when the configuration was read.
  return {http::AddressRanges::parse(config.outgoing_ranges()).value(), "outgoing_allow"};
}

}  // namespace

App::App(const Config& config, const Ports& ports, std::span<const part::Part> parts)
    : config_(config),
      outgoing_(outgoing_policy(config), std::make_shared<http::client::SystemResolver>()),
      offers_(ports.offers),
      permissions_(all_permissions(parts)),
      queue_(ports.queue, jobs_),
      house_{.table = ports.table,
             .queue = queue_,
             .blobs = ports.blobs,
             .master_key = ports.master_key,
             .outgoing = outgoing_,
             .outgoing_threads = config.outgoing_threads,
             .clock = ports.clock,
             .log = ports.log,
             .metrics = ports.metrics,
             .notifier = ports.notifier,
             .workers_since = ports.workers_since,
             .options = config_,
             .public_url = config.public_url,
             .public_host = config.public_host(),
             .product_name = config.product_name,
             .data = config.data,
             .permissions = permissions_,
             .offers = offers_},
      dead_letters_(ports.table, queue_),
      opened_(open(parts)),
      ticks_(ports.table, ports.log, gather_ticks()),
      front_door_(add_all_routes(), offers_.get<http::Authenticator>(), ports.clock, ports.log, ports.metrics,
                  front_door_options(config)),
      current_since_(ports.clock.now()) {
  jobs_ = gather_jobs();
}

std::vector<App::Opened> App::open(std::span<const part::Part> parts) {
  offers_.add(dead_letters_);
  std::vector<Opened> opened;
  std::set<std::string_view> names;
  for (const auto& each : std::views::reverse(parts)) {
    if (!names.insert(each.name).second) throw std::logic_error("two parts have the name " + each.name);
    opened.push_back({each.name, each.open(house_)});
  }
  std::ranges::reverse(opened);
  return opened;
}

Jobs App::gather_jobs() {
  Jobs jobs;
  const auto add = [&](part::Job job) {
    const std::string kind(job.kind);
    if (!jobs.emplace(kind, std::move(job)).second) throw std::logic_error("two jobs are of the kind " + kind);
  };
  for (const auto& [name, service] : opened_) std::ranges::for_each(service.jobs, add);
  add({.kind = part::forget_user,
       .run = [this](const store::QueueMessage& message, Time now) { forget(message.body, now); }});
  return jobs;
}

std::vector<part::Tick> App::gather_ticks() {
  std::vector<part::Tick> ticks;
  for (const auto& [name, service] : opened_) std::ranges::copy(service.ticks, std::back_inserter(ticks));
  ticks.push_back({.name = "deleted users", .run = [this](Time now) {
                     const auto count = part::queue_lost_deletions(house_.table, house_.queue, now);
                     if (count == 0) return;
                     house_.log.info("deletions of users that were lost were queued",
                                     {{"count", static_cast<std::int64_t>(count)}});
                   }});
  return ticks;
}

const http::Router& App::add_all_routes() {
  for (const auto& [name, service] : opened_) {
    if (service.add_routes) service.add_routes(router_);
  }
  add_pages(router_, load_branding(config_));
  add_contract(router_);
  return router_;
}

void App::work(const store::QueueMessage& message) {
  // The last try's worker vanished, or could not write down that it failed.
  if (message.attempt > config_.queue_attempts) {
    return bury(message,
                message.last_failure.empty() ? "no worker came to the end of the last try" : message.last_failure);
  }
  try {
    do_work(message);
  } catch (const std::exception& exception) {
    if (message.attempt < config_.queue_attempts) throw;
    bury(message, exception.what());
  }
}

void App::bury(const store::QueueMessage& message, std::string_view reason) {
  dead_letters_.bury(message, reason, house_.clock.now());
  house_.log.error("work failed for good", {{"kind", message.kind},
                                            {"message_id", message.id},
                                            {"attempts", std::int64_t{message.attempt}},
                                            {"error", reason}});
  if (!house_.notifier) return;
  house_.notifier->notify("Cloud Voyages: work failed for good",
                          fmt::format("Message {} of the kind {} failed {} times and is a dead letter now. The last "
                                      "time: {}\n",
                                      message.id, message.kind, message.attempt, reason));
}

void App::do_work(const store::QueueMessage& message) {
  const auto job = jobs_.find(message.kind);
  if (job == jobs_.end()) throw std::runtime_error(fmt::format("no service knows work of the kind {}", message.kind));
  job->second.run(message, house_.clock.now());
}

void App::forget(std::string_view user_id, Time now) {
  const auto user = part::find_deletion(house_.table, user_id);
  if (!user) return;  // done already
  std::exception_ptr failure;
  // One part that fails keeps none of the others from forgetting.
  for (const auto& [name, service] : opened_) {
    try {
      if (service.forget_user) service.forget_user(*user, now);
    } catch (const std::exception& exception) {
      failure = std::current_exception();
      house_.log.error("a part could not forget a deleted user",
                       {{"part", name}, {"user", user_id}, {"error", exception.what()}});
    }
  }
  if (failure) std::rethrow_exception(failure);
  part::remove_deletion_note(house_.table, user_id);
}

void App::tick(Time begin_before) {
  keep_current();
  const auto list = ticks_.list_due(house_.clock.now());
  bool succeeded = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto now = house_.clock.now();
    if (i > 0 && now >= begin_before) {
      house_.log.warn("time is running out: the other ticks stay due",
                      {{"next", list[i].tick->name}, {"count", static_cast<std::int64_t>(list.size() - i)}});
      break;
    }
    succeeded = ticks_.run(list[i], now) && succeeded;
  }
  if (!succeeded) throw std::runtime_error("not every tick succeeded");
}

void App::keep_current() {
  const auto now = house_.clock.now();
  if (now < current_since_ + std::chrono::minutes(1)) return;
  current_since_ = now;
  for (const auto& [name, service] : opened_) {
    try {
      if (service.keep_current) service.keep_current();
    } catch (const std::exception& exception) {
      house_.log.warn("a part could not be brought up to date", {{"part", name}, {"error", exception.what()}});
    }
  }
}

bool App::take_notification(std::string_view message) {
  return std::ranges::any_of(opened_, [&](const Opened& each) {
    return each.service.take_notification && each.service.take_notification(message, house_.clock.now());
  });
}

void App::finish_soon() {
  for (const auto& [name, service] : opened_) {
    if (service.finish_soon) service.finish_soon();
  }
}

std::optional<http::Response> App::error_page(std::string_view raw_path, int status) const {
  for (const auto& [name, service] : opened_) {
    if (!service.error_page) continue;
    if (auto page = service.error_page(raw_path, status)) return page;
  }
  return std::nullopt;
}

unsigned App::hashing_requests() const {
  unsigned sum = 0;
  for (const auto& [name, service] : opened_) sum += service.hashing_requests;
  return sum;
}

std::vector<part::Greeting> App::greet() {
  std::vector<part::Greeting> lines;
  for (const auto& [name, service] : opened_) {
    if (service.greet) std::ranges::move(service.greet(), std::back_inserter(lines));
  }
  return lines;
}

}  // namespace voyages::app

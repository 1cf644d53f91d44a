#include "app/background.h"

namespace voyages::app {

namespace {

constexpr std::chrono::milliseconds longest_wait{1000};  // another process may have queued something
// Others would wait behind a slow one, until they came back to another worker.
constexpr std::size_t batch = 1;

// Doubles from 5 seconds to 10 minutes.
std::chrono::seconds retry_delay(std::uint32_t attempt) {
  const auto doublings = std::min(attempt - 1, 7U);
  return std::min(std::chrono::seconds(5 << doublings), std::chrono::seconds(600));
}

}  // namespace

Background::Background(Engine& engine, const JobThreads& threads)
    : engine_(engine), receipts_(engine.consumer(), engine.log(), store::usual_visibility), ticker_(engine.app()) {
  start_workers(store::WorkClass::quick, threads.quick);
  start_workers(store::WorkClass::slow, threads.slow);
}

void Background::start_workers(store::WorkClass work_class, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    workers_.emplace_back([this, wanted = wanted_by(engine_.app().jobs(), work_class, i, count)](
                              const std::stop_token& stop) { run_worker(wanted, stop); });
  }
}

// All are told before the first is waited for, else each one's last wait would come after the other's.
Background::~Background() {
  ticker_.stop_soon();
  for (auto& worker : workers_) worker.request_stop();
  engine_.app().finish_soon();
}

void Background::run_worker(const store::Wanted& wanted, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      const auto deliveries = engine_.consumer().receive(wanted, batch, receipts_.visibility());
      for (const auto& delivery : deliveries) {
        if (stop.stop_requested()) return;  // the rest comes back: at the next start, or when its time is over
        work(delivery);
      }
      if (deliveries.empty()) engine_.consumer().wait_for_work(wanted, longest_wait);
    } catch (const std::exception& exception) {
      // A full disk, say: the worker must be there when it has room again.
      engine_.log().error("the worker cannot reach the queue", {{"error", exception.what()}});
      std::this_thread::sleep_for(longest_wait);
    }
  }
}

void Background::work(const store::Delivery& delivery) {
  const auto& message = delivery.message;
  try {
    receipts_.hold(delivery.receipt, [&] { engine_.app().work(message); });
    engine_.consumer().acknowledge(delivery.receipt);
  } catch (const std::exception& exception) {
    engine_.log().error("work failed", {{"kind", message.kind},
                                        {"message_id", message.id},
                                        {"attempt", std::int64_t{message.attempt}},
                                        {"error", exception.what()}});
    engine_.consumer().release(delivery.receipt, retry_delay(message.attempt), exception.what());
  }
}

}  // namespace voyages::app

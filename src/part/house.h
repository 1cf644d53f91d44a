#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <typeindex>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/notifier.h"
#include "crypto/seal.h"
#include "http/client/guarded_client.h"
#include "part/options.h"
#include "part/permission.h"
#include "store/blobs.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::part {

/// What parts and the engine offer one another beyond the ports that all have: the mail outbox, say. Found by its type;
/// asked for while parts are opened, and by commands and tests.
class Offers {
 public:
  /// Throws std::logic_error when something of this type is on offer already.
  template <class T>
  Offers& add(T& service) {
    if (!services_.emplace(typeid(T), &service).second) throw std::logic_error("offered twice: " + name<T>());
    return *this;
  }
  template <class T>
  [[nodiscard]] T* find() const {
    const auto found = services_.find(typeid(T));
    return found == services_.end() ? nullptr : static_cast<T*>(found->second);
  }
  /// Throws std::logic_error when nothing of this type is on offer.
  template <class T>
  [[nodiscard]] T& get() const {
    if (auto* service = find<T>()) return *service;
    throw std::logic_error("nobody offers " + name<T>());
  }

 private:
  template <class T>
  static std::string name() {
    return typeid(T).name();
  }

  std::map<std::type_index, void*> services_;
};

/// What a part stands on, whichever engine is behind it. All of it outlives the part.
struct House {
  store::Table& table;
  store::Queue& queue;
  store::Blobs& blobs;
  const crypto::MasterKey& master_key;
  http::client::GuardedClient& outgoing;  // to addresses that somebody else chose
  std::size_t outgoing_threads;           // requests that may wait for other servers at once
  const Clock& clock;
  Logger& log;
  Metrics& metrics;
  Notifier* notifier;    // tells the operator; null: the log alone does
  Time workers_since{};  // since when no other process can have been at work; else the epoch
  const Options& options;
  std::string public_url;  // where people reach us: links begin with it
  std::string public_host;
  std::string product_name;
  std::filesystem::path data;               // the data directory
  std::span<const Permission> permissions;  // of all parts
  Offers& offers;
};

}  // namespace voyages::part

#include "http/client/resolver.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <system_error>
#include <utility>

namespace voyages::http::client {

namespace {

namespace ip = boost::asio::ip;

constexpr const char* too_late = "the name was not found in time";
constexpr WorkerPool::Options helpers{.threads = 8, .queue = 256};

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

ip::address to_address(const sockaddr_in& socket_address) {
  return ip::address_v4(ntohl(socket_address.sin_addr.s_addr));
}

ip::address to_address(const sockaddr_in6& socket_address) {
  ip::address_v6::bytes_type bytes;
  std::ranges::copy(socket_address.sin6_addr.s6_addr, bytes.begin());
  return ip::address_v6(bytes, socket_address.sin6_scope_id);
}

}  // namespace

std::vector<ip::address> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, FreeAddresses> list(found);
  if (error != 0) {
    const std::string reason = error == EAI_SYSTEM ? std::generic_category().message(errno) : ::gai_strerror(error);
    throw StreamFailed(fmt::format("the name has no address ({})", reason), error == EAI_AGAIN);
  }
  std::vector<ip::address> addresses;
  for (const auto* each = list.get(); each; each = each->ai_next) {
    if (each->ai_family == AF_INET) {
      addresses.push_back(to_address(*reinterpret_cast<const sockaddr_in*>(each->ai_addr)));
    } else if (each->ai_family == AF_INET6) {
      addresses.push_back(to_address(*reinterpret_cast<const sockaddr_in6*>(each->ai_addr)));
    }
  }
  if (addresses.empty()) throw StreamFailed("the name has no address");
  return addresses;
}

SystemResolver::SystemResolver(LookUp look_up_host) : look_up_(std::move(look_up_host)), threads_(helpers) {}

std::vector<ip::address> SystemResolver::resolve(const std::string& host, Deadline deadline) {
  boost::system::error_code is_name;
  if (auto address = ip::make_address(host, is_name); !is_name) return {std::move(address)};
  std::promise<std::vector<ip::address>> promise;
  auto found = promise.get_future();
  WorkerPool::Job job = [this, host, deadline, promise = std::move(promise)]() mutable {
    try {
      // Its caller has left.
      if (std::chrono::steady_clock::now() >= deadline) throw StreamFailed(too_late, true);
      promise.set_value(look_up_(host));
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  };
  if (!threads_.try_post(job)) throw StreamFailed("too many names are being looked up", true);
  if (found.wait_until(deadline) != std::future_status::ready) throw StreamFailed(too_late, true);
  return found.get();
}

}  // namespace voyages::http::client

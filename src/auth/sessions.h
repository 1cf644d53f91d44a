#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "auth/auth.h"
#include "auth/errors.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth {

/// A place where the user is signed in.
struct SessionView {
  std::string id;
  bool current;
  std::string user_agent;
  std::string ip;
  Time created_at;
  Time last_seen_at;
  Time expires_at;

  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"current", "This request belongs to it."},
      {"user_agent", "", R"("Mozilla/5.0 Firefox/145.0")"},
      {"ip", "", R"("203.0.113.7")"},
      {"last_seen_at", "To about five minutes."},
  };
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (id, current, user_agent, ip, created_at, last_seen_at, expires_at))

struct SessionList {
  std::vector<SessionView> items;
};
BOOST_DESCRIBE_STRUCT(SessionList, (), (items))

/// `GET /auth/sessions`: newest first.
Result<SessionList> list_sessions(Auth& auth, const http::Nothing& input, http::Context& context);

struct SessionInput {
  http::Uuid id;
};
BOOST_DESCRIBE_STRUCT(SessionInput, (), (id))

/// `DELETE /auth/sessions/{id}`: signs one place out.
Result<void> delete_session(Auth& auth, const SessionInput& input, http::Context& context);

/// `DELETE /auth/sessions`: signs out everywhere but here.
Result<void> delete_other_sessions(Auth& auth, const http::Nothing& input, http::Context& context);

}  // namespace voyages::auth

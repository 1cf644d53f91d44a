#include "http/events.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace voyages::tests {
namespace {

using http::format_event;

TEST(Events, HaveALineAField) {
  EXPECT_EQ(format_event({.data = "hello"}), "data: hello\n\n");
  EXPECT_EQ(format_event({.data = "", .type = "ping", .id = "7"}), "id: 7\nevent: ping\ndata: \n\n");
  EXPECT_EQ(format_event({.data = "a\nb\r\nc\rd"}), "data: a\ndata: b\ndata: c\ndata: d\n\n");
}

TEST(Events, CannotBeMadeToSayMore) {
  EXPECT_THROW(format_event({.data = "", .type = "a\ndata: forged"}), std::invalid_argument);
  EXPECT_THROW(format_event({.data = "", .id = "1\r2"}), std::invalid_argument);
  EXPECT_THROW(format_event({.data = "", .id = std::string("1\0", 2)}), std::invalid_argument);
}

TEST(Events, GoOnAfterTheLastThatTheClientSaw) {
  http::Request request;
  EXPECT_EQ(http::last_event_id(request), "");
  request.headers.add("Last-Event-ID", "41");
  EXPECT_EQ(http::last_event_id(request), "41");
  request.headers.set("Last-Event-ID", std::string(257, '1'));
  EXPECT_EQ(http::last_event_id(request), "");
}

TEST(EventStream, WakesItsReaderOnceForWhatHasCome) {
  http::EventStream stream;
  int woken = 0;
  ASSERT_TRUE(stream.wait([&] { ++woken; }));
  EXPECT_EQ(stream.next(), "");
  EXPECT_TRUE(stream.send({.data = "1"}));
  EXPECT_TRUE(stream.send({.data = "2"}));
  EXPECT_EQ(woken, 1);
  EXPECT_FALSE(stream.wait([&] { ++woken; }));
  EXPECT_EQ(stream.next(), "data: 1\n\ndata: 2\n\n");
  ASSERT_TRUE(stream.wait([&] { ++woken; }));
  stream.end();
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(stream.next(), std::nullopt);
  EXPECT_FALSE(stream.send({.data = "3"}));
}

TEST(EventStream, DropsAClientThatIsTooFarBehind) {
  http::EventStream stream({.waiting_bytes = 20});
  EXPECT_TRUE(stream.send({.data = "1"}));
  EXPECT_FALSE(stream.send({.data = std::string(20, 'x')}));
  EXPECT_FALSE(stream.send({.data = "2"}));
  EXPECT_EQ(stream.next(), "data: 1\n\n");
  EXPECT_EQ(stream.next(), std::nullopt);
}

}  // namespace
}  // namespace voyages::tests

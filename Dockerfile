# syntax=docker/dockerfile:1

FROM debian:12 AS source
WORKDIR /source
# The packages first: their layer stays until the list changes.
COPY scripts/packages.sh scripts/
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(scripts/packages.sh build) \
  && rm -rf /var/lib/apt/lists/*
COPY . .

# What Lambda runs, for who does not have Debian 12: docker build --target package --output build/lambda .
FROM source AS static
RUN scripts/package
FROM scratch AS package
COPY --from=static /source/build/lambda/bootstrap /source/build/lambda/*.zip /

FROM source AS build
RUN ./run --build-only && strip build/release/voyages

FROM debian:12-slim
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    ca-certificates libboost-container1.81.0 libboost-json1.81.0 libboost-url1.81.0 libcrypt1 libfmt9 libidn2-0 \
    libsodium23 libsqlite3-0 libssl3 libstdc++6 libtomlplusplus3 libutf8proc2 zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --no-create-home voyages \
  && install -d -o voyages -g voyages -m 0700 /data
COPY --from=build /source/build/release/voyages /usr/local/bin/voyages
COPY LICENSE /usr/share/doc/voyages/LICENSE
USER voyages
ENV VOYAGES_LISTEN=:8080 VOYAGES_DATA=/data
VOLUME /data
EXPOSE 8080
# Bash speaks TCP by itself, so that the image needs no HTTP client.
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --start-interval=1s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["voyages"]
CMD ["serve"]

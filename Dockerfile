# The image is the static program, and nothing beside it: no shell and no packages. docs/docker.md says how to live in it.

FROM debian:12 AS build
WORKDIR /source
# From what changes least to what changes most. The first two layers stay until their lists change. Scripts are run by
# bash's name: a checkout on Windows has no executable files.
COPY scripts/packages.sh scripts/
RUN packages="$(bash scripts/packages.sh package) tzdata" \
  && apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $packages \
  && rm -rf /var/lib/apt/lists/*
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc frontend/
COPY frontend/unused frontend/unused
RUN cd frontend && npm ci && npm cache clean --force
# .dockerignore lets in what is compiled, and no more.
COPY . .
ENV CCACHE_DIR=/ccache
RUN --mount=type=cache,target=/ccache bash run --build-only
# The folders of the image. TLS needs the certificates, local times the zones.
RUN install -D --target-directory=/root-folder/usr/local/bin build/release/voyages \
  && install -D --mode=0644 --target-directory=/root-folder/usr/share/doc/voyages LICENSE \
  && install -D --mode=0644 --target-directory=/root-folder/etc/ssl/certs /etc/ssl/certs/ca-certificates.crt \
  && cp -a /usr/share/zoneinfo /root-folder/usr/share/ \
  && rm -rf /root-folder/usr/share/zoneinfo/posix /root-folder/usr/share/zoneinfo/right \
  && install -d --mode=1777 /root-folder/tmp \
  && install -d --mode=0700 /data-folder/data

# What Lambda runs, for who does not have Debian: docker build --target package --output build/lambda .
FROM build AS lambda
RUN bash scripts/package
FROM scratch AS package
COPY --from=lambda /source/build/lambda/bootstrap /source/build/lambda/*.zip /

FROM scratch
COPY --from=build /root-folder/ /
COPY --from=build --chown=10001:10001 /data-folder/ /
USER 10001:10001
ENV PATH=/usr/local/bin VOYAGES_LISTEN=:8080 VOYAGES_DATA=/data
VOLUME /data
EXPOSE 8080
# Whether the process answers. Not whether it is ready: a full disk is no reason to restart what can still be read.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["voyages", "health", "--live"]
ENTRYPOINT ["voyages"]
CMD ["serve"]

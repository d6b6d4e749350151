# Castellan in an image of one static binary and the certificates it needs:
#   docker build -t castellan --build-arg VERSION=v1.2.3 .
#   docker run -p 127.0.0.1:8080:8080 -v castellan:/data castellan
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/castellan ./cmd/castellan \
 && mkdir -m 0700 /out/data && mkdir -m 1777 /out/tmp && chown 65532:65532 /out/data \
 && echo 'castellan:x:65532:65532::/data:/sbin/nologin' >/out/passwd

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/passwd /etc/passwd
COPY --from=build /out/castellan /castellan
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/tmp /tmp
USER 65532:65532
# Inside a container loopback is the container's own: the port is published or
# not by whoever runs it. Metrics stay on loopback unless set otherwise.
ENV PATH=/ HOME=/data CASTELLAN_DATA_DIR=/data CASTELLAN_LISTEN=:8080 CASTELLAN_LOG=json
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["/castellan", "doctor", "--ready"]
ENTRYPOINT ["/castellan"]
CMD ["serve"]

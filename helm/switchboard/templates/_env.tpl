{{- /* A value as it stands in an environment: whole numbers without an exponent. */ -}}
{{- define "switchboard.text" -}}
{{- if kindIs "float64" . -}}
{{- if eq (floor .) . }}{{ printf "%d" (int64 .) }}{{ else }}{{ printf "%g" . }}{{ end -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}

{{- /* What the chart sets of a part's variables, as JSON; the parts must agree on these. root, part, command */ -}}
{{- define "switchboard.chartEnv" -}}
{{- $root := .root -}}
{{- $prefix := .part | upper | replace "-" "_" -}}
{{- $env := dict "LOG_LEVEL" $root.Values.logLevel "PUBLIC_URL" $root.Values.publicUrl "NATS_URL" $root.Values.nats.url -}}
{{- $_ := set $env "OTEL_EXPORTER_OTLP_ENDPOINT" $root.Values.tracing.endpoint -}}
{{- if $root.Values.tracing.endpoint }}{{ $_ := set $env "OTEL_TRACES_SAMPLER_ARG" $root.Values.tracing.ratio }}{{ end -}}
{{- $_ := set $env (printf "%s_HOST" $prefix) "0.0.0.0" -}}
{{- if ne .part "provisioner" }}{{ $_ := set $env (printf "%s_PORT" $prefix) (include "switchboard.port" .part) }}{{ end -}}
{{- $_ := set $env (printf "%s_MIGRATE_AT_START" $prefix) "false" -}}
{{- if $root.Values.sandbox.enabled -}}
{{- $_ := set $env "AUTH_SANDBOX_URL" (include "switchboard.url" (dict "root" $root "part" "sandbox")) -}}
{{- $_ := set $env "AUTH_SANDBOX_SMTP_PORT" (include "switchboard.sandboxSmtpPort" $root) -}}
{{- $_ := set $env "AUTH_SANDBOX_IMAP_PORT" (include "switchboard.sandboxImapPort" $root) -}}
{{- $_ := set $env "SANDBOX_PUBLIC_URL" (include "switchboard.url" (dict "root" $root "part" "sandbox")) -}}
{{- $_ := set $env "SANDBOX_SMTP_PORT" (include "switchboard.sandboxSmtpPort" $root) -}}
{{- $_ := set $env "SANDBOX_IMAP_PORT" (include "switchboard.sandboxImapPort" $root) -}}
{{- end -}}
{{- $_ := set $env "GATEWAY_METRICS_PORT" (include "switchboard.gatewayMetricsPort" $root) -}}
{{- $_ := set $env "GATEWAY_JWKS_URL" (printf "%s/.well-known/jwks.json" (include "switchboard.url" (dict "root" $root "part" "auth"))) -}}
{{- range include "switchboard.services" $root | fromJsonArray -}}
{{- $_ := set $env (printf "GATEWAY_%s_URL" (upper .)) (include "switchboard.url" (dict "root" $root "part" .)) -}}
{{- end -}}
{{- if include "switchboard.hasController" $root -}}
{{- $_ := set $env "GATEWAY_SUPERGRAPH_FILE" "/etc/switchboard/supergraph/supergraph.graphql" -}}
{{- end -}}
{{- $_ := set $env "SUPERGRAPH_CONTROLLER_NAMESPACE" $root.Release.Namespace -}}
{{- $_ := set $env "SUPERGRAPH_CONTROLLER_NAME" (include "switchboard.supergraphName" $root) -}}
{{- $_ := set $env "PROVISIONER_STREAM_REPLICAS" $root.Values.nats.streamReplicas -}}
{{- $_ := set $env "PROVISIONER_STREAM_MIB_MAX" $root.Values.nats.streamMibMax -}}
{{- $_ := set $env "PROVISIONER_PATIENCE_SECONDS" $root.Values.nats.patienceSeconds -}}
{{- toJson $env -}}
{{- end -}}

{{- /*
The environment of a container: of the variables that its code reads, and only those, what the chart sets, what the
values set, and a reference to the Secret for what is secret. root, part, name (of the container in the model)
*/ -}}
{{- define "switchboard.env" -}}
{{- $root := .root -}}
{{- $model := index (include "switchboard.model" $root | fromJson) .name -}}
{{- $chart := include "switchboard.chartEnv" . | fromJson -}}
{{- $isCommand := ne .name .part -}}
{{- $settings := dict -}}
{{- if ne .part "provisioner" }}{{ $settings = include "switchboard.settings" . | fromJson }}{{ end -}}
{{- $own := $settings.env | default dict -}}
{{- range $model.variables }}
{{- if eq .from "secret" }}
{{- $there := index $root.Values.secrets.keys .name | default dict }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ $there.name | default $root.Values.secrets.name }}
      key: {{ $there.key | default .name }}
      {{- if not .required }}
      optional: true
      {{- end }}
{{- else if eq .name "SUPERGRAPH_CONTROLLER_IDENTITY" }}
- name: {{ .name }}
  valueFrom:
    fieldRef: { fieldPath: metadata.name }
{{- else }}
{{- $value := index $chart .name }}
{{- if hasKey $own .name }}{{ $value = index $own .name }}{{ end }}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}
- name: {{ .name }}
  value: {{ include "switchboard.text" $value | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- range list "NODE_OPTIONS" "NODE_EXTRA_CA_CERTS" }}
{{- if hasKey $own . }}
- name: {{ . }}
  value: {{ index $own . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* The installation's name, of which all names are made. */ -}}
{{- define "switchboard.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "switchboard.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: switchboard
{{- end -}}

{{- /* What selects the pods of a part. root, part */ -}}
{{- define "switchboard.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- /* What selects every pod of the installation. */ -}}
{{- define "switchboard.everyPod" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* Name of a part's Deployment, Service and ServiceAccount. root, part */ -}}
{{- define "switchboard.partName" -}}
{{ include "switchboard.fullname" .root }}-{{ .part }}
{{- end -}}

{{- define "switchboard.supergraphName" -}}
{{ include "switchboard.fullname" . }}-supergraph
{{- end -}}

{{- /* The services as JSON, in a list. */ -}}
{{- define "switchboard.services" -}}
["auth","mail","telephony","billing","meetings","audit"]
{{- end -}}

{{- /* Everything that runs for as long as the installation does, as JSON. */ -}}
{{- define "switchboard.parts" -}}
{{- $parts := concat (include "switchboard.services" . | fromJsonArray) (list "gateway") -}}
{{- if .Values.sandbox.enabled }}{{ $parts = append $parts "sandbox" }}{{ end -}}
{{- if include "switchboard.hasController" . }}{{ $parts = append $parts "supergraph-controller" }}{{ end -}}
{{- toJson $parts -}}
{{- end -}}

{{- define "switchboard.hasController" -}}
{{- if .Values.supergraphController.enabled }}true{{ end -}}
{{- end -}}

{{- /* What the code says of every part: image, command, variables. */ -}}
{{- define "switchboard.model" -}}
{{- (.Files.Get "files/parts.generated.json" | fromJson).parts | toJson -}}
{{- end -}}

{{- /* The values of a part, over the defaults, as JSON. root, part */ -}}
{{- define "switchboard.settings" -}}
{{- $own := index .root.Values (.part | replace "supergraph-controller" "supergraphController") | default dict -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy $own) | toJson -}}
{{- end -}}

{{- /* Port of a part. */ -}}
{{- define "switchboard.port" -}}
{{- index (dict "gateway" 4000 "auth" 4001 "mail" 4002 "telephony" 4003 "billing" 4004 "meetings" 4005 "audit" 4006 "sandbox" 4010 "supergraph-controller" 4030) . -}}
{{- end -}}

{{- define "switchboard.gatewayMetricsPort" -}}4009{{- end -}}
{{- define "switchboard.sandboxSmtpPort" -}}4011{{- end -}}
{{- define "switchboard.sandboxImapPort" -}}4012{{- end -}}

{{- /* Address of a part inside the cluster. root, part */ -}}
{{- define "switchboard.url" -}}
http://{{ include "switchboard.partName" . }}:{{ include "switchboard.port" .part }}
{{- end -}}

{{- /* root, image */ -}}
{{- define "switchboard.image" -}}
{{ .root.Values.image.repository }}/{{ .image }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}

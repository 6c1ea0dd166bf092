// Made from `client/main.ts` by `pnpm run assets`; do not edit.
// biome-ignore-all format: it is one text
// biome-ignore-all lint: it is one text
import type { Asset } from './asset.ts';

/** Holds what was made from `client/main.ts`. */
export const pageScript: Asset = {
  name: 'page-065f6b419e.js',
  body: `var U={overview:"Overview",jobs:"Jobs",job:"Job",failures:"Failures",schedules:"Schedules",workers:"Workers",metrics:"Metrics"};function Ee(e){if(e.page==="job")return\`\${e.data.name} \${e.data.id} · Jobs\`;let t=e.page==="overview"?e.data.health.problems:[];return\`\${t.length>0?\`(\${t.length}) \`:""}\${U[e.page]} · Jobs\`}var v,Le,Ht,j,$e,oe,Be,X,Ae,ve,_e,Gt,H=Symbol.for("pv"),ne={},re=[],zt=/^m(i|n|o|s|text|space)$/,we=Array.isArray,ke=re.slice,L=Object.assign;function F(e){e&&e.parentNode&&e.remove()}function qe(e,t,o){var n,i,r,a={},s=arguments.length;for(r in t)r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return s>2&&(a.children=s>3?ke.call(arguments,2):o),Q(e,a,n,i,null)}function Q(e,t,o,n,i){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:H,__v:i||++Le,__i:-1,__u:0};return!i&&v.vnode&&v.vnode(r),r}function G(e){return e.children}function ee(e,t){this.props=e,this.context=t,this.__g=0}function J(e,t){if(t==null)return e.__&&J(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||e.props.__P?null:J(e)}function Kt(e){var t,o=e.__v,n=o.__e,i=[],r=[],a=e.__P;a&&((t=L({constructor:H},o)).__v=o.__v+1,v.vnode&&v.vnode(t),xe(a,t,o,e.__n,a.namespaceURI,32&o.__u?[n]:null,i,n||J(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,Ge(i,t,r),o.__=o.__e=null,t.__e!=n&&Ie(t))}function Ie(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),Ie(e)}function Me(e){(8&e.__g||(e.__g|=8,j.push(e),oe++))&&$e==v.debounceRendering||(($e=v.debounceRendering)||queueMicrotask)(We)}function We(){try{for(var e,t=1;j.length;)j.length>t&&j.sort(Be),e=j.shift(),t=j.length,8&e.__g&&Kt(e)}finally{(oe=j.length)&&($e||queueMicrotask)(We)}}function Ue(e,t,o,n,i,r,a,s,c,f,u){var g,h,d,y,C,$,k=n.__k||re,b=t.length;for(c=Yt(o,t,k,c,b),g=0;g<b;g++)(d=o.__k[g])!=null&&(h=~d.__i&&k[d.__i]||ne,d.__i=g,$=xe(e,d,h,i,r,a,s,c,f,u),y=d.__e,(h.ref!=d.ref||8&h.__u)&&(h.ref&&Ce(h.ref,null,d,h),d.ref&&u.push(d.ref,d.__c||y,d)),C=C||y,4&d.__u?(c=Qe(d,c,e,!h.__v),h.__e&&(h.__e=null)):typeof d.type=="function"&&$!==void 0?c=$:y&&(c=y.nextSibling),d.__u&=-21);return o.__e=C,c}function Yt(e,t,o,n,i){var r,a,s,c,f,u,g,h,d,y=o.length,C=y,$=0,k=0,b=e.__k=Array(i);for(r=0;r<i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=b[r]=Q(null,a):we(a)?a=b[r]=Q(G,{children:a}):a.constructor===H&&a.__b?a=b[r]=Q(a.type,a.props,a.key,a.ref,a.__v):b[r]=a,c=r+$,a.__=e,a.__b=e.__b+1,s=null,~(f=a.__i=Zt(a,o,c,C))&&(C--,(s=o[f])&&(s.__u|=2)),s&&s.__v?(a.__u|=16,f==c-1?$--:f==c+1?$++:f!=c&&(f>c?$--:$++,k=1)):(~f||(i>y?$--:i<y&&$++),typeof a.type!="function"&&(a.__u|=4))):b[r]=null;if(k){for(u=[],g=[],r=0;r<i;r++)if((a=b[r])&&16&a.__u){for($=0,h=u.length;$<h;)u[d=$+h>>1]<a.__i?$=d+1:h=d;u[$]=a.__i,g[r]=$+1}for($=u.length;r--;)g[r]&&(g[r]==$?$--:b[r].__u|=4)}if(C)for(r=0;r<y;r++)!(s=o[r])||2&s.__u||(s.__e==n&&(n=J(s)),Se(s,s));return n}function Qe(e,t,o,n){var i,r,a,s;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=Qe(i[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=J(e))&&!t.parentNode&&(t=null),a=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(a!=s&&(!n&&o.moveBefore&&a.parentNode?o.moveBefore(a,t):o.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function Zt(e,t,o,n){var i,r=e.key,a=e.type,s=t[o],c=s&&!(2&s.__u);if(s===null&&r==null||c&&r==s.key&&a==s.type)return o;if(n>(c?1:0)){for(i=o-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&r==s.key&&a==s.type)return i;for(i=o+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&r==s.key&&a==s.type)return i}return-1}function Fe(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}function Z(e,t,o,n,i){var r,a;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.cssText=n=""),n)for(t in n)o&&t in o||Fe(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||Fe(e.style,t,o[t])}else if(t[0]=="o"&&t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(a=_e[t]||(_e[t]=Xt(t)),(e.__a||(e.__a={}))[t]=ve,r=t!=(t=t.replace(Ae,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function Xt(e){return function(t){var o=this.__e;if(o){if(o=o[e],t[X]==null)t[X]=ve++;else if(t[X]<this.__a[e])return;return o(v.event?v.event(t):t)}}}function xe(e,t,o,n,i,r,a,s,c,f){var u,g,h,d,y,C,$,k,b,S,x,be,Je,Y,E,Oe,R,M,P=t.type;if(t.constructor!==H)return null;128&o.__u&&(c=32&o.__u,u=o.__c.__z)&&(t.__u|=c,g=r=[],u.nodeType==8?s=te(u,r):r.push(u),s=r[0]||s),(u=v.__b)&&u(t);e:if(typeof P=="function"){h=a.length;try{if(k=t.props,b=(u=P.prototype)&&u.render,S=(u=P.contextType)&&n[u.__c],x=u?S?S.props.value:u.__:n,(d=o.__c)?(t.__c=d,2&d.__g&&(d.__g|=1)):(b?t.__c=d=new P(k,x):(t.__c=d=new ee(k,x),d.constructor=P,d.render=to),S&&S.sub(d),d.state||(d.state={}),d.__n=n,d.__g|=8,d.__h=[],d.__k=[]),b&&(d.__s||(d.__s=d.state),P.getDerivedStateFromProps&&(d.__s==d.state&&(d.__s=L({},d.__s)),L(d.__s,P.getDerivedStateFromProps(k,d.__s)))),y=d.props,C=d.state,d.__v=t,o.__c){if(k!==y&&b&&!P.getDerivedStateFromProps&&d.componentWillReceiveProps&&d.componentWillReceiveProps(k,x),t.__v==o.__v&&!(8&d.__g)||!(4&d.__g)&&d.shouldComponentUpdate&&d.shouldComponentUpdate(k,d.__s,x)===!1){t.__v!=o.__v&&(d.props=k,d.state=d.__s,d.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.some(function(D){D&&(D.__=t)}),re.push.apply(d.__h,d.__k),d.__k=[],d.__h.length&&a.push(d),s=J(o);break e}d.componentWillUpdate&&d.componentWillUpdate(k,d.__s,x),b&&d.componentDidUpdate&&d.__h.push(function(){d.componentDidUpdate(y,C,$)})}else b&&!P.getDerivedStateFromProps&&d.componentWillMount&&d.componentWillMount(),b&&d.componentDidMount&&d.__h.push(d.componentDidMount);d.context=x,d.props=k,d.__P=e,d.__g&=-5,be=v.__r,Je=b?25:0;do d.__g&=-9,be&&be(t),u=d.render(d.props,d.state=d.__s,d.context);while(8&d.__g&&++Je<25);b&&(re.push.apply(d.__h,d.__k),d.__k=[]),d.state=d.__s,d.getChildContext&&(n=L({},n,d.getChildContext())),b&&o.__c&&d.getSnapshotBeforeUpdate&&($=d.getSnapshotBeforeUpdate(y,C)),Y=u&&u.type===G&&u.key==null?u.props.children:u,k.__P&&(u=s,i=(e=k.__P).namespaceURI,c=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(D){D&&Se(D,D)}),o.__k=null),s=o.__k?J(o,0):null),s=Ue(e,we(Y)?Y:[Y],t,o,n,i,r,a,s,c,f),k.__P&&(t.__e=null,s=u),t.__u&=-161,g&&g.some(F),d.__h.length&&a.push(d),1&d.__g&&(d.__g&=-4)}catch(D){if(a.length=h,t.__v=null,c||r)if(D&&D.then){if(t.__u|=128|c,r){for(~(R=r.indexOf(s||void 0))||(R=r.length);(M=r[R-1])&&M.nodeType==8;)R--;for(;R<r.length;R++)if(M=r[R])if(r[R]=null,E){if(M==Oe)break}else{if(M.nodeType!=8)break;M.data.startsWith("$s")&&(Oe=te(E=M))}}if(!E){for(;s&&s.nodeType==8&&s.nextSibling;)s=s.nextSibling;E=s}(u=te(E=t.__c.__z||(t.__c.__z=E)))?(t.__e=E,s=u):t.__e=s,s=s&&s.nextSibling}else r&&r.some(F);else t.__e=o.__e;t.__k||(t.__k=o.__k||[]),D&&D.then||He(t),v.__e(D,t,o)}}else s=t.__e=eo(o.__e,t,o,n,i,r,a,c,f,e);return(u=v.diffed)&&u(t),s}function te(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function He(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(He))}function Ge(e,t,o){for(var n=0;n<o.length;)Ce(o[n++],o[n++],o[n++]);v.__c&&v.__c(t,e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){v.__e(r,i.__v)}})}function eo(e,t,o,n,i,r,a,s,c,f){var u,g,h,d,y,C,$,k,b=o.props||ne,S=t.props,x=t.type;if(x=="svg"?i="http://www.w3.org/2000/svg":x=="math"?i="http://www.w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(u=0;u<r.length;u++)if((y=r[u])&&(x?y.localName==x:y.nodeType==3)){e=y,r[u]=null;break}}if(!e){if(k=f.ownerDocument||document,!x)return k.createTextNode(S);e=k.createElementNS(i,x,S.is?S:f),s&&(v.__m&&v.__m(t,r),s=!1),r=null}if(x){if(f=x=="template"&&e.content||e,r=x=="textarea"&&S.defaultValue!=null?null:r&&ke.call(f.childNodes),!s&&r)for(b={},u=0;u<e.attributes.length;u++)b[(y=e.attributes[u]).name]=y.value;for(u in b)y=b[u],u=="dangerouslySetInnerHTML"?h=y:u=="children"||u in S||u=="value"&&"defaultValue"in S||u=="checked"&&"defaultChecked"in S||Z(e,u,null,y,i);for(u in S)y=S[u],u=="children"?d=y:u=="dangerouslySetInnerHTML"?g=y:u=="value"?C=y:u=="checked"?$=y:s&&typeof y!="function"||b[u]===y||Z(e,u,y,b[u],i);g?(s||h&&(g.__html==h.__html||g.__html==e.innerHTML)||(e.innerHTML=g.__html),t.__k=[]):(h&&(e.textContent=""),(x=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&zt.test(x))&&(i="http://www.w3.org/1999/xhtml"),Ue(f,we(d)?d:[d],t,o,n,i,r,a,r?r[0]:o.__k&&J(o,0),s,c),r&&r.some(F)),s&&x!="textarea"||(u="value",x=="progress"&&C==null?e.removeAttribute(u):C==null||C===e[u]&&(x!="progress"||C)||Z(e,u,C,b[u],i),u="checked",$!=null&&$!=e[u]&&Z(e,u,$,b[u],i))}else b===S||s&&e.data==S||(e.data=S);return e}function Ce(e,t,o,n){try{typeof e=="function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){v.__e(i,o)}}function Se(e,t,o){var n,i,r,a;if(v.unmount&&v.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||Ce(n,null,t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(s){v.__e(s,t)}n.__P=n.__n=null}if(n=e.__k)for(a=0;a<n.length;a++)n[a]&&Se(n[a],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(i=te(n,r=[]))&&(n==e.__e&&r.some(F),F(i),F(n)),o||F(e.__e),e.__e=e.__c=e.__=null}function to(e,t,o){return this.constructor(e,o)}function Ve(e,t){var o,n,i,r;v.__&&v.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Q(G,{children:[e]}),i=[],r=[],xe(t,t.__k,n||ne,ne,t.namespaceURI,n?null:t.firstChild?ke.call(t.childNodes):null,i,n?n.__e:t.firstChild,o,r),Ge(i,t.__k,r),t.__k.props.children=null}function ze(e,t){e&&typeof e=="object"&&(e.__u|=32),Ve(e,t)}v={__e:function(e,t,o,n){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,n||{}),a=1),a&&8&i.__g)return void(i.__g|=2)}catch(s){e=s}}throw oe=0,e}},Le=0,Ht=function(e){return e!=null&&e.constructor===H},ee.prototype.setState=function(e,t){var o=this.__s;o&&o!=this.state||(o=this.__s=L({},this.state)),typeof e=="function"&&(e=e(L({},o),this.props)),e&&(L(o,e),this.__v&&(t&&this.__k.push(t),Me(this)))},ee.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Me(this))},ee.prototype.render=G,j=[],oe=0,Be=function(e,t){return e.__v.__b-t.__v.__b},X=Symbol(),Ae=/(PointerCapture)$|Capture$/i,ve=0,_e={},Gt=0;function m(e){return String(Math.round(e)).replace(/\\B(?=(\\d{3})+$)/g,",")}function ie(e){let t=e*100,o=t>0&&t<10?1:0;return\`\${Number(t.toFixed(o))} %\`}function B(e){return e>=100?m(e):String(Number(e.toFixed(1)))}function V(e,t,o=\`\${t}s\`){return\`\${m(e)} \${e===1?t:o}\`}var Ye=function(e,t,o,n){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],s=t[r]?(t[0]|=a?1:2,o[t[r++]]):t[++r];a===3?n[0]=s:a===4?n[1]=Object.assign(n[1]||{},s):a===5?(n[1]=n[1]||{})[t[++r]]=s:a===6?n[1][t[++r]]+=s+"":a?(i=e.apply(s,Ye(e,s,o,["",null])),n.push(i),s[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):n.push(s)}return n},Ke=new Map;function Ze(e){var t=Ke.get(this);return t||(t=new Map,Ke.set(this,t)),(t=Ye(this,t.get(e)||(t.set(e,t=(function(o){for(var n,i,r=1,a="",s="",c=[0],f=function(h){r===1&&(h||(a=a.replace(/^\\s*\\n\\s*|\\s*\\n\\s*$/g,"")))?c.push(0,h,a):r===3&&(h||a)?(c.push(3,h,a),r=2):r===2&&a==="..."&&h?c.push(4,h,0):r===2&&a&&!h?c.push(5,0,!0,a):r>=5&&((a||!h&&r===5)&&(c.push(r,0,a,i),r=6),h&&(c.push(r,h,0,i),r=6)),a=""},u=0;u<o.length;u++){u&&(r===1&&f(),f(u));for(var g=0;g<o[u].length;g++)n=o[u][g],r===1?n==="<"?(f(),c=[c],r=3):a+=n:r===4?a==="--"&&n===">"?(r=1,a=""):a=n+a[0]:s?n===s?s="":a+=n:n==='"'||n==="'"?s=n:n===">"?(f(),r=1):r&&(n==="="?(r=5,i=a,a=""):n==="/"&&(r<5||o[u][g+1]===">")?(f(),r===3&&(c=c[0]),r=c,(c=c[0]).push(2,0,r),r=0):n===" "||n==="	"||n===\`
\`||n==="\\r"?(f(),r=2):a+=n),r===3&&a==="!--"&&(r=4,c=c[0])}return f(),c})(e)),t),arguments,[])).length>1?t:t[0]}var oo=Ze.bind(qe),l=oo;var no={retry:"retry",promote:"retry","retry-matching":"retry",cancel:"cancel",remove:"remove","remove-matching":"remove",duplicate:"enqueue",edit:"enqueue",pause:"pause",resume:"pause",trigger:"schedule","pause-schedule":"schedule","resume-schedule":"schedule",backfill:"schedule",reveal:"reveal"};function Te({can:e},t){return t==="select"||e.includes(no[t])}function _(e,t,o,n,i="plain"){if(Te(e,t.do))return l\`<button
    type="button"
    class="act \${i}"
    aria-label=\${\`\${o} \${n}\`}
    onClick=\${e.on(t)}
  >\${o}</button>\`}function p(e,t,o={},n){if(e===void 0)return;let i=Object.entries(o).filter(([,c])=>c!==void 0&&c!==""),r=new URLSearchParams(i.map(([c,f])=>[c,String(f)])).toString(),a=t==="overview"?e:\`\${e}-/\${t}\`,s=n===void 0?"":\`#\${encodeURIComponent(n)}\`;return\`\${a}\${r===""?"":\`?\${r}\`}\${s}\`}function I(e,t,o=!1){if(e.queues.length<2)return;let n=(i,r)=>l\`<a
    href=\${p(e.root,e.page,{queue:i})}
    aria-current=\${i===t?"true":void 0}
  >\${r}</a>\`;return l\`<nav class="choice" aria-label="Queue">
    \${o&&n(void 0,"all queues")}
    \${e.queues.map(i=>n(i,i))}
  </nav>\`}function ae(e,t,o){let{cursor:n,total:i,exact:r=!1}=t,a=Math.min(t.before+t.scanned,i),s=t.before>0;if(n===void 0&&!s)return;let c=s&&l\`<a href=\${p(e.root,e.page,o)}>Back to the newest</a>\`,f=n!==void 0&&l\`<a href=\${p(e.root,e.page,{...o,cursor:n,scanned:t.before+t.scanned})}>\${r?"Older":"Continue"}</a>\`;return l\`<p class="scan">
    <span>\${r?\`\${m(t.before+1)} to\`:"Scanned"} \${m(a)} of \${m(i)}</span> \${f} \${c}
  </p>\`}function Xe(e){return e.length>24?\`\${e.slice(0,10)}…\`:e}function T({caption:e,columns:t,rows:o,key:n,empty:i}){return o.length===0?l\`<p class="empty">\${i}</p>\`:l\`<table role="table">
    <caption class="quiet">\${e}</caption>
    <thead role="rowgroup"><tr role="row">\${t.map(ro)}</tr></thead>
    <tbody role="rowgroup">\${o.map(r=>l\`<tr role="row" key=\${n(r)}>\${t.map(a=>io(a,r))}</tr>\`)}</tbody>
  </table>\`}function ro({label:e,numeric:t,quiet:o}){let n=o?l\`<span class="quiet">\${e}</span>\`:e;return l\`<th role="columnheader" scope="col" class=\${t?"num":""}>\${n}</th>\`}function io({label:e,numeric:t,quiet:o,kind:n="",cell:i},r){let a=\`\${t?"num ":""}\${n}\`.trim();return l\`<td role="cell" class=\${a} data-label=\${o?"":e}>\${i(r)}</td>\`}var et=[["d",864e5],["h",36e5],["min",6e4],["s",1e3]];function se(e){return Math.max(...e)>=1e3?e.map(w).join(" · "):\`\${e.map(n=>n>0&&n<1?"<1":String(Math.round(n))).join(" · ")} ms\`}function w(e){if(e<1)return e<=0?"0 ms":"< 1 ms";if(e<1e3)return\`\${Math.round(e)} ms\`;if(e<9950)return\`\${Number((e/1e3).toFixed(1))} s\`;if(e<59500)return\`\${Math.round(e/1e3)} s\`;for(let[t,[o,n]]of et.entries()){if(e<n)continue;let[i,r]=et[t+1]??["ms",1],a=Math.floor(e/n),s=Math.floor((e-a*n)/r);return s===0||a>=10?\`\${a} \${o}\`:\`\${a} \${o} \${s} \${i}\`}return\`\${Math.round(e/1e3)} s\`}function ao(e,t){let o=Math.abs(t-e);if(o<1e3)return"now";let[n=""]=/^\\S+ \\S+/.exec(w(Math.round(o/1e3)*1e3))??[];return e<=t?\`\${n} ago\`:\`in \${n}\`}function N(e,t){let o=new Date(e).toISOString();return l\`<time datetime=\${o} title=\${A(e)}>\${ao(e,t)}</time>\`}function A(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,day:"numeric",month:"short",year:"numeric",hour:"2-digit",minute:"2-digit",second:"2-digit",timeZoneName:"short"}).format(e)}function z(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,weekday:"short",day:"numeric",month:"short",hour:"2-digit",minute:"2-digit"}).format(e)}function le(e,t){let{root:o,now:n}=e;return T({caption:"Failures by cause",rows:t,key:({queue:i,key:r})=>\`\${i} \${r}\`,empty:"No failed jobs.",columns:[{label:"Cause",kind:"cause",cell:i=>so(e,i)},{label:"Jobs",numeric:!0,cell:({count:i})=>m(i)},{label:"First",numeric:!0,cell:({firstAt:i})=>N(i,n)},{label:"Last",numeric:!0,cell:({lastAt:i})=>N(i,n)},{label:"Sample",cell:({queue:i,sampleId:r})=>l\`<a class="id short" title=\${r} href=\${p(o,"job",{queue:i,id:r})}>\${Xe(r)}</a>\`},{label:"Actions",quiet:!0,kind:"actions",cell:i=>lo(e,i)}]})}function so({root:e},{queue:t,key:o,name:n,errorName:i,code:r,message:a}){return l\`<span>
    <a href=\${p(e,"jobs",{queue:t,q:tt(o)})}><b>\${n}</b></a>\${" "}
    <span class="error">\${r??i}: \${a===""?"no message":a}</span>
  </span>\`}function lo(e,{queue:t,key:o,name:n,count:i}){let r=tt(o),a=\`the \${m(i)} jobs \${n} of this cause\`;return l\`<span class="buttons">
    \${_(e,{do:"retry-matching",queue:t,search:r},"Retry",a)}
    \${_(e,{do:"remove-matching",queue:t,search:r},"Remove",a,"danger")}
  </span>\`}function tt(e){return\`status:failed group:\${e}\`}function ot(e,t){let{queue:o,groups:n,total:i}=t,r={do:"retry-matching",queue:o,search:"status:failed"};return l\`<main id="main">
    <header class="title">
      <h1>Failures <small>\${m(i)} in \${o}</small></h1>
      \${I(e,o)}
      \${i>0&&_(e,r,"Retry all",\`\${m(i)} failed jobs of \${o}\`)}
    </header>
    <section class="card">
      \${le(e,n.map(a=>({...a,queue:o})))}
      \${ae(e,t,{queue:o})}
    </section>
  </main>\`}function O(e){return l\`<span class="badge \${e}">\${e}</span>\`}function nt({timeZone:e},{attempts:t,logTotal:o}){if(t.length===0)return;let n=t.reduce((i,{lines:r})=>i+r.length,0);return l\`<section class="card">
    <h2>Attempts \${n<o&&l\`<small>last \${n} of \${m(o)} log lines</small>\`}</h2>
    \${t.map(i=>uo(i,e))}
  </section>\`}function uo({attempt:e,error:t,lines:o},n){return l\`<section class="attempt" key=\${e}>
    <h3>Attempt \${e}</h3>
    \${t&&Ne(t)}
    \${o.length>0&&l\`<ol class="log" tabindex="0" aria-label=\${\`Log of attempt \${e}\`}>\${o.map(({at:i,message:r},a)=>l\`<li key=\${a}>
        <time datetime=\${new Date(i).toISOString()} title=\${A(i,n)}>\${new Date(i).toISOString().slice(11,23)}</time>
        <span>\${r}</span>
      </li>\`)}</ol>\`}
  </section>\`}function Ne({name:e,message:t,code:o,stack:n,cause:i,errors:r=[]}){return l\`<div class="failure">
    <p class="error"><b>\${o??e}</b> \${t===""?"no message":t}</p>
    \${n&&l\`<details><summary>Stack</summary><pre tabindex="0">\${n}</pre></details>\`}
    \${i&&l\`<details open><summary>Caused by</summary>\${Ne(i)}</details>\`}
    \${r.length>0&&l\`<details><summary>\${r.length} errors together</summary>\${r.map(Ne)}</details>\`}
  </div>\`}function it({queue:e,id:t,status:o}){let i=["show",...co[o]??[]].map(r=>\`philjs-jobs \${r} \${rt(t)} --queue \${rt(e)}\`);return l\`<details class="card">
    <summary><h2>Command line</h2></summary>
    <pre tabindex="0">\${i.join(\`
\`)}</pre>
  </details>\`}var co={failed:["retry","remove"],completed:["remove"],delayed:["promote","cancel","remove"],waiting:["cancel","remove"],active:["cancel","logs -f"],blocked:["cancel"]};function rt(e){return/^[\\w@%+=:,./-]+$/.test(e)&&!e.startsWith("-")?e:\`'\${e.replaceAll("'","'\\\\''")}'\`}function at(e,{queue:t,id:o,status:n,revealed:i}){let r=\`job \${o}\`,a=[o],s=(c,f)=>c.includes(n)&&(f??!1);return l\`<div class="buttons" role="group" aria-label="Actions">
    \${s(["failed"],_(e,{do:"retry",queue:t,ids:a},"Retry",r,"main"))}
    \${s(["failed","completed"],_(e,{do:"edit",queue:t,id:o},"Run again with edits",r))}
    \${s(["failed","completed","waiting","delayed"],_(e,{do:"duplicate",queue:t,ids:a},"Duplicate",r))}
    \${s(["delayed"],_(e,{do:"promote",queue:t,ids:a},"Run now",r))}
    \${s(["waiting","delayed","active","blocked"],_(e,{do:"cancel",queue:t,ids:a},"Cancel",r,"danger"))}
    \${s(["failed","completed","waiting","delayed","blocked"],_(e,{do:"remove",queue:t,ids:a},"Remove",r,"danger"))}
    \${!i&&_(e,{do:"reveal",queue:t,id:o},"Reveal",\`what is masked of \${r}\`)}
  </div>\`}function st({now:e,timeZone:t},o){let n=mo(o,e);return l\`<section class="card">
    <h2>Timeline</h2>
    \${fo(o)}
    <ol class="timeline">\${n.map(({label:i,at:r},a)=>l\`<li key=\${i}>
        <b>\${i}</b> \${N(r,e)}
        <small>\${A(r,t)}\${po(n[a-1],r)}</small>
      </li>\`)}</ol>
  </section>\`}function mo({createdAt:e,runAt:t,processedAt:o,finishedAt:n,status:i},r){let a=[{label:"Enqueued",at:e}];return t>e&&a.push({label:t>r?"Due":"Ready",at:t}),o!==void 0&&a.push({label:"Started",at:o}),n!==void 0&&a.push({label:i==="completed"?"Completed":"Failed",at:n}),a.sort((s,c)=>s.at-c.at)}function po(e,t){return e===void 0?"":\`, \${w(t-e.at)} later\`}function fo({waitMs:e,runMs:t}){if(e===void 0||t===void 0||e+t===0)return;let o=e/(e+t)*100,n=\`waited \${w(e)}, ran \${w(t)}\`;return l\`<figure class="share">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=\${n}>
      <rect class="wait" width=\${o} height="6" />
      <rect class="run" x=\${o} width=\${100-o} height="6" />
    </svg>
    <figcaption>\${n}</figcaption>
  </figure>\`}function lt(e,t){let{queue:o,name:n,id:i,status:r}=t;return l\`<main id="main">
    <header class="title">
      <p class="crumb">
        <a href=\${p(e.root,"jobs",{queue:o})}>\${o}</a>
      </p>
      <h1>\${n} \${O(r)}</h1>
      <p class="id">\${i}</p>
      \${at(e,t)}
    </header>
    \${t.revealed&&l\`<p class="notice">Nothing is masked on this page. It is in the audit log.</p>\`}
    \${ho(t,e)}
    \${go(t)}
    <div class="columns">
      <div class="wide">
        <section class="card"><h2>Payload</h2>\${de(t.payload)}</section>
        \${t.result&&l\`<section class="card"><h2>Result</h2>\${de(t.result)}</section>\`}
        \${nt(e,t)}
      </div>
      <div>
        \${st(e,t)}
        <section class="card"><h2>Facts</h2>\${yo(e,t)}</section>
        \${t.metadata&&l\`<section class="card"><h2>Metadata</h2>\${de(t.metadata)}</section>\`}
        \${it(t)}
      </div>
    </div>
  </main>\`}function ho({reasons:e,status:t},{timeZone:o}){if(!(t==="completed"||t==="active"||t==="failed"))return l\`<section class="card" aria-label="Why it is not running">
    <h2>Why it is not running</h2>
    <ul class="reasons">\${e.map(({message:n,until:i})=>l\`<li>\${n}\${i!==void 0&&l\` <small>until \${A(i,o)}</small>\`}</li>\`)}</ul>
  </section>\`}function go({percent:e,progress:t}){return e!==void 0?l\`<p class="progress">
      <label>Progress <progress max="100" value=\${e}>\${e} %</progress> \${e} %</label>
    </p>\`:t&&l\`<section class="card"><h2>Progress</h2>\${de(t)}</section>\`}function de({text:e,cut:t}){return l\`<div>
    <pre tabindex="0">\${e}</pre>
    \${t&&l\`<p class="more">Cut here: the value is longer than a page shows.</p>\`}
  </div>\`}function yo({root:e},t){let{queue:o,parentId:n,waitMs:i,runMs:r}=t,a=[["Queue",l\`<a href=\${p(e,"jobs",{queue:o})}>\${o}</a>\`],["Attempts",\`\${t.attemptsMade} of \${t.maxAttempts}\`],["Waited",i===void 0?"–":w(i)],["Ran",r===void 0?"–":w(r)],["Priority",t.priority],["Version",t.version],["Starts",t.fencingToken],...t.stalledCount>0?[["Lost its worker",\`\${t.stalledCount} ×\`]]:[],...n===void 0?[]:[["Parent",l\`<a class="id" href=\${p(e,"job",{queue:o,id:n})}>\${n}</a>\`]]];return l\`<dl>\${a.map(([s,c])=>l\`<div key=\${s}><dt>\${s}</dt><dd>\${c}</dd></div>\`)}</dl>\`}var dt=["blocked","delayed","waiting","active","failed","completed"];function ut(e,t){if(!["retry","cancel","remove"].some(n=>Te(e,n))||t.jobs.length===0)return;let o=t.jobs.map(({id:n})=>n).filter(n=>e.selected.has(n));return l\`<div class="bulk act" role="group" aria-label="Selected jobs">
    \${bo(e,t)}
    \${o.length>0?$o(e,t,o):_o(e,t)}
  </div>\`}function bo(e,{jobs:t}){let o=t.map(({id:i})=>i),n=o.every(i=>e.selected.has(i));return l\`<label class="tick">
    <input type="checkbox" checked=\${n} onChange=\${e.on({do:"select",ids:o,on:!n})} />
    All \${m(o.length)} shown
  </label>\`}function $o(e,{queue:t},o){let n=V(o.length,"selected job");return l\`<span class="buttons">
    <span>\${m(o.length)} selected</span>
    \${_(e,{do:"retry",queue:t,ids:o},"Retry",n)}
    \${_(e,{do:"promote",queue:t,ids:o},"Run now",n)}
    \${_(e,{do:"cancel",queue:t,ids:o},"Cancel",n,"danger")}
    \${_(e,{do:"remove",queue:t,ids:o},"Remove",n,"danger")}
  </span>\`}function _o(e,{queue:t,search:o,total:n,exact:i,mistake:r}){if(r!==void 0)return;let a=i?\`all \${m(n)} that match\`:"all that match";return l\`<span class="buttons">
    \${_(e,{do:"retry-matching",queue:t,search:o},\`Retry \${a}\`,"and failed")}
    \${_(e,{do:"remove-matching",queue:t,search:o},\`Remove \${a}\`,"and do not run","danger")}
  </span>\`}function ct(e,{queue:t,jobs:o},n,i){return T({caption:"Jobs",rows:o,key:({id:a})=>a,empty:n,columns:[...i?[{label:"Select",quiet:!0,kind:"tick",cell:({id:a,name:s})=>l\`<input
      type="checkbox"
      class="act"
      aria-label=\${\`Select \${s} \${a}\`}
      checked=\${e.selected.has(a)}
      onChange=\${e.on({do:"select",ids:[a],on:!e.selected.has(a)})}
    />\`}]:[],{label:"State",cell:({status:a})=>O(a)},{label:"Job",kind:"name",cell:({name:a,id:s})=>l\`<span>
          <a href=\${p(e.root,"job",{queue:t,id:s})}><b>\${a}</b> <span class="id">\${s}</span></a>
        </span>\`},{label:"What",kind:"cause",cell:vo},{label:"Attempts",numeric:!0,cell:({attemptsMade:a,maxAttempts:s})=>\`\${a} of \${s}\`},{label:"Ran",numeric:!0,cell:({runMs:a})=>a===void 0?"–":w(a)},{label:"Time",numeric:!0,cell:({at:a})=>N(a,e.now)}]})}function vo({status:e,error:t,percent:o}){return t!==void 0&&e!=="completed"?l\`<span class="error">\${t}</span>\`:o===void 0?"":l\`<progress max="100" value=\${o} aria-label="Progress">\${o} %</progress>\`}function mt(e,t){let{queue:o,search:n,mistake:i,note:r}=t;return l\`<main id="main">
    <header class="title">
      <h1>Jobs <small>\${m(t.stats.total)} in \${o}</small></h1>
      \${I(e,o)}
    </header>
    \${wo(e,t)}
    <form class="search" role="search" action=\${p(e.root,"jobs")} method="get">
      <label for="q">Search \${o}</label>
      <input id="q" name="q" type="search" defaultValue=\${n} autocomplete="off" spellcheck=\${!1}
        maxlength="1000" aria-describedby="grammar" />
      \${e.queues.length>1&&l\`<input type="hidden" name="queue" value=\${o} />\`}
      <button type="submit">Search</button>
      <p id="grammar">An id, any text, or <code>status:failed name:send-email payload.user.id:42
        error:"timed out" attempts:>1 since:1h</code></p>
    </form>
    \${i!==void 0&&l\`<p class="notice bad" role="alert">\${i}</p>\`}
    \${r!==void 0&&l\`<p class="notice">\${r}</p>\`}
    <section class="card">
      \${ut(e,t)}
      \${ct(e,t,ko(t),e.can.some(a=>a!=="read"))}
      \${ae(e,t,{queue:e.queues.length>1?o:void 0,q:n})}
    </section>
  </main>\`}function wo(e,{queue:t,stats:o,search:n}){let i=(a,s,c)=>l\`<a
    href=\${p(e.root,"jobs",{queue:t,q:s})}
    aria-current=\${n===s?"page":void 0}
  >\${a} <small>\${m(c)}</small></a>\`,r=dt.filter(a=>a!=="blocked"||o.blocked>0);return l\`<nav class="tabs" aria-label="State">
    \${i("all","",o.total)}
    \${r.map(a=>i(a,\`status:\${a}\`,o[a]))}
  </nav>\`}function ko({search:e,mistake:t,cursor:o,scanned:n,before:i}){return t!==void 0?"Nothing was searched.":o!==void 0?\`Nothing found in \${V(i+n,"job")} so far.\`:e===""?"No jobs.":"No job matches."}function pt({title:e,unit:t,lines:o},n){let i=n.at.map((a,s)=>({at:a,index:s})).filter(({index:a})=>o.some(({of:s})=>(n[s][a]??0)>0)).reverse(),r=a=>a==null?"–":t==="ms"?w(a):m(a);return l\`<details>
    <summary>\${e} as a table</summary>
    \${T({caption:e,rows:i,key:({at:a})=>String(a),empty:"Nothing happened.",columns:[{label:"From (UTC)",cell:({at:a})=>new Date(a*1e3).toISOString().slice(0,16).replace("T"," ")},...o.map(({label:a,of:s})=>({label:a,numeric:!0,cell:({index:c})=>r(n[s][c])}))]})}
  </details>\`}var ft={throughput:{title:"Finished jobs",unit:"jobs",lines:[{label:"completed",of:"completed"},{label:"failed",of:"failed"},{label:"retried",of:"retried"}]},wait:{title:"Waiting time",unit:"ms",lines:[{label:"p50",of:"waitP50"},{label:"p95",of:"waitP95"},{label:"p99",of:"waitP99"}]},run:{title:"Running time",unit:"ms",lines:[{label:"p50",of:"runP50"},{label:"p95",of:"runP95"},{label:"p99",of:"runP99"}]}};function ht(e,t){let{queue:o,name:n,measured:i}=t;return l\`<main id="main">
    <header class="title">
      <h1>Metrics <small>\${n??o??"all jobs"}</small></h1>
      \${I(e,o,!0)}
      \${xo(e,t)}
    </header>
    \${!i&&l\`<p class="notice">The backend keeps no metrics.</p>\`}
    \${Object.entries(ft).map(([r,a])=>l\`<section class="card" key=\${r}>
        <h2>\${a.title}</h2>
        <div class="chart" data-chart=\${r} role="img" aria-label=\${\`\${a.title}; the figures are in the table below it\`}></div>
        \${pt(a,t.series)}
      </section>\`)}
    <section class="card">
      <h2>By job <small>last hour</small></h2>
      \${T({caption:"Figures of the last hour by job",rows:t.jobs,key:r=>\`\${r.queue} \${r.name}\`,empty:"Nothing ran in the last hour.",columns:Co(e,t.span)})}
    </section>
    <p class="more">For Prometheus: <a href=\${\`\${e.root}metrics\`}>metrics</a></p>
  </main>\`}function xo(e,{queue:t,name:o,span:n}){let i=(r,a)=>l\`<a
    href=\${p(e.root,"metrics",{queue:t,name:o,span:r})}
    aria-current=\${r===n?"true":void 0}
  >\${a}</a>\`;return l\`<nav class="choice" aria-label="Span">\${i("1h","1 hour")} \${i("24h","24 hours")}</nav>\`}function Co({root:e},t){let o=(n,i)=>({label:n,numeric:!0,cell:i});return[{label:"Job",kind:"name",cell:({queue:n,name:i})=>l\`<a href=\${p(e,"metrics",{queue:n,name:i,span:t})}><b>\${i}</b> <span class="id">\${n}</span></a>\`},o("Completed",({completed:n})=>m(n)),o("Failed",({failed:n,failureRate:i})=>\`\${m(n)}\${n>0?\` (\${ie(i)})\`:""}\`),o("Retried",({retried:n})=>m(n)),o("Per minute",({throughput:n})=>B(n)),o("Wait p95",({wait:n})=>n===void 0?"–":w(n.p95)),o("Run p50 · p95 · p99",({run:n})=>n===void 0?"–":se([n.p50,n.p95,n.p99]))]}var De=6;function gt(e,{health:t,queues:o}){let{problems:n,status:i}=t;if(n.length===0){let a=o.reduce((s,{throughput:c})=>s+c,0);return l\`<section class="health healthy" aria-labelledby="health">
      <h1 id="health">Nothing needs you</h1>
      <p>\${B(a)} jobs a minute\${So(o)}.</p>
    </section>\`}let r=n.length===1?"thing needs":"things need";return l\`<section class=\${\`health \${i}\`} aria-labelledby="health">
    <h1 id="health">\${m(n.length)} \${r} you</h1>
    <ul>\${n.slice(0,De).map(a=>l\`<li class=\${a.severity}>
        <a href=\${To(e,a)}>\${Vo(a.message)}</a>
      </li>\`)}\${n.length>De&&l\`<li>and \${n.length-De} more</li>\`}</ul>
  </section>\`}function So(e){let t=Math.max(0,...e.map(({failureRate:o})=>o));return t===0?", none failed in the last hour":\`, at most \${ie(t)} of a queue failed\`}function Vo(e){return e.split("\`").map((t,o)=>o%2===1?l\`<code>\${t}</code>\`:t)}function To({root:e},{kind:t,queue:o}){switch(t){case"late-schedule":return p(e,"schedules");case"no-workers":case"store-away":return p(e,"workers");case"failing":return p(e,"failures",{queue:o});case"stalled":return p(e,"jobs",{queue:o,q:"status:failed"});case"slow":return p(e,"metrics",{queue:o});case"paused":case"backlog":case"waiting-long":return p(e,"jobs",{queue:o,q:"status:waiting"})}}function yt(e,t){return T({caption:"Next runs",rows:t,key:({queue:o,id:n})=>\`\${o} \${n}\`,empty:"No schedule is going to fire.",columns:[{label:"Schedule",cell:({id:o})=>l\`<a href=\${p(e.root,"schedules",{},o)}>\${o}</a>\`},{label:"When",cell:({when:o,timezone:n})=>\`\${o}\${n?\` (\${n})\`:""}\`},{label:"Next",numeric:!0,cell:o=>Pe(o,e.now)}]})}function Pe({nextAt:e,overdueMs:t},o){return e===void 0?"–":t<1e3?N(e,o):l\`<span class="alarm">\${w(t)} late</span>\`}var ue=120,W=24;function bt(e,t){let o=Math.max(...e,1),n=ue/Math.max(1,e.length-1),i=e.map((a,s)=>\`\${(s*n).toFixed(1)},\${(W-1-a/o*(W-2)).toFixed(1)}\`),r=\`0,\${W} \${i.join(" ")} \${ue},\${W}\`;return l\`<svg
    class="spark"
    viewBox="0 0 \${ue} \${W}"
    width=\${ue}
    height=\${W}
    preserveAspectRatio="none"
    role="img"
    aria-label=\${t}
  >
    <polygon points=\${r} />
    <polyline points=\${i.join(" ")} />
  </svg>\`}var No=["waiting","active","delayed","blocked","failed","completed"];function _t(e,t){let o=No.filter(n=>n!=="blocked"||t.some(({stats:i})=>i.blocked>0));return T({caption:"Queues",rows:t,key:({queue:n})=>n,empty:"No queue answers.",columns:[{label:"Queue",kind:"name",cell:n=>Do(e,n)},...o.map(n=>Po(e,n)),{label:"Oldest waiting",numeric:!0,cell:({oldestWaitingMs:n})=>n===void 0?"–":w(n)},{label:"Last hour",cell:Ro},{label:"Wait p50 · p95 · p99",numeric:!0,cell:({wait:n})=>$t(n)},{label:"Run p50 · p95 · p99",numeric:!0,cell:({run:n})=>$t(n)},{label:"Workers",numeric:!0,cell:n=>jo(e,n)},{label:"Actions",quiet:!0,cell:n=>Jo(e,n)}]})}function Do({root:e},{queue:t,paused:o}){return l\`<span class="named">
    <a href=\${p(e,"jobs",{queue:t})}>\${t}</a>\${o&&O("paused")}
  </span>\`}function Po({root:e},t){return{label:t[0]?.toUpperCase()+t.slice(1),numeric:!0,cell:({queue:o,stats:n})=>{let i=n[t];return i===0?l\`<span class="nothing">0</span>\`:l\`<a class=\${\`count \${t}\`} href=\${p(e,"jobs",{queue:o,q:\`status:\${t}\`})}>\${m(i)}</a>\`}}}function Ro({queue:e,perMinute:t,throughput:o,measured:n}){if(!n)return l\`<span class="nothing">not measured</span>\`;let i=\`\${e}: \${B(o)} jobs a minute over the last hour, at most \${m(Math.max(...t))}\`;return l\`<span class="trend">\${bt(t,i)}<small>\${B(o)}/min</small></span>\`}function $t(e){return e===void 0?"–":se([e.p50,e.p95,e.p99])}function jo({root:e},{workers:t,stats:o}){if(t===void 0)return"–";let n=o.waiting+o.delayed+o.active>0;return l\`<a class=\${t===0&&n?"alarm":""} href=\${p(e,"workers")}>\${m(t)}</a>\`}function Jo(e,{queue:t,paused:o}){return o?_(e,{do:"resume",queue:t},"Resume",\`queue \${t}\`):_(e,{do:"pause",queue:t},"Pause",\`queue \${t}\`)}var Oo=8;function vt(e,t){let o=t.failures.flatMap(({queue:n,groups:i})=>i.map(r=>({...r,queue:n}))).sort((n,i)=>i.count-n.count).slice(0,Oo);return l\`<main id="main">
    \${gt(e,t)}
    \${t.away.map(n=>l\`<p class="notice bad">The store of <code>\${n}</code> does not answer.</p>\`)}
    <section class="card">
      <h2>Queues</h2>
      \${_t(e,t.queues)}
    </section>
    <div class="columns">
      <section class="card wide">
        <h2>Failures by cause \${Eo(t)}</h2>
        \${le(e,o)}
        \${o.length>0&&l\`<p class="more"><a href=\${p(e.root,"failures")}>All failures</a></p>\`}
      </section>
      <section class="card">
        <h2>Next runs</h2>
        \${yt(e,t.schedules)}
        \${t.scheduleCount>0&&l\`<p class="more"><a href=\${p(e.root,"schedules")}>All \${m(t.scheduleCount)} schedules</a></p>\`}
      </section>
    </div>
  </main>\`}function Eo({failures:e}){let t=e.reduce((n,i)=>n+i.scanned,0),o=e.reduce((n,i)=>n+i.total,0);if(!(t>=o))return l\`<small>of the latest \${m(t)} of \${m(o)}</small>\`}var Mo=1e3;function wt(e,{queue:t,runs:o,id:n}){if(o.length!==0)return l\`<ol class="strip" aria-label=\${\`Last runs of \${n}, oldest first\`}>\${[...o].reverse().map(i=>l\`<li key=\${i.at}>\${Fo(e,t,i)}</li>\`)}</ol>\`}function Fo({root:e,timeZone:t},o,n){let{jobId:i,status:r}=n,a=Lo(n,t),s=\`mark \${r}\${kt(n)?" late":""}\`;return i===void 0?l\`<span class=\${s} title=\${a} role="img" aria-label=\${a}></span>\`:l\`<a class=\${s} title=\${a} aria-label=\${a} href=\${p(e,"job",{queue:o,id:i})}></a>\`}function Lo(e,t){let{at:o,status:n,latenessMs:i=0,reason:r}=e,a=kt(e)?\`, \${w(i)} late\`:"";return\`\${z(o,t)}: \${n}\${a}\${r===void 0?"":\` (\${r})\`}\`}function kt({latenessMs:e=0}){return e>=Mo}function xt(e,{schedules:t,total:o,attached:n}){let i=o>t.length&&\`the next \${t.length} of \${m(o)}\`;return l\`<main id="main">
    <header class="title"><h1>Schedules <small>\${i||m(o)}</small></h1></header>
    \${t.length===0&&l\`<p class="empty card">\${n?"There are no schedules.":"This dashboard was given no scheduler."}</p>\`}
    \${t.map(r=>Bo(e,r))}
  </main>\`}function Bo(e,t){let{id:o,queue:n,jobName:i,when:r,cron:a,timezone:s,state:c,note:f,lastAt:u,maxRuns:g,runsCount:h}=t;return l\`<article class="card schedule" id=\${encodeURIComponent(o)} key=\${\`\${n} \${o}\`}>
    <header>
      <h2>\${o} \${c!=="active"&&O(c)}</h2>
      \${Ao(e,t)}
    </header>
    <p>\${r}\${s&&\` in \${s}\`} \${a&&a!==r&&l\`<code>\${a}</code>\`}</p>
    \${f&&l\`<p class="notice">Paused: \${f}</p>\`}
    <dl class="inline">
      <div><dt>Job</dt><dd><a href=\${p(e.root,"jobs",{queue:n,q:\`name:\${Io(i)}\`})}>\${i}</a></dd></div>
      <div><dt>Next</dt><dd>\${Pe(t,e.now)}</dd></div>
      <div><dt>Last</dt><dd>\${u===void 0?"–":N(u,e.now)}</dd></div>
      <div><dt>Runs</dt><dd>\${m(h)}\${g!==void 0&&\` of \${m(g)}\`}</dd></div>
    </dl>
    \${wt(e,t)}
    \${qo(e,t)}
  </article>\`}function Ao(e,{id:t,queue:o,state:n,cron:i}){let r=\`schedule \${t}\`,a={queue:o,id:t};return l\`<span class="buttons">
    \${_(e,{do:"trigger",...a},"Run now",r)}
    \${n==="active"&&_(e,{do:"pause-schedule",...a},"Pause",r)}
    \${n==="paused"&&_(e,{do:"resume-schedule",...a},"Resume",r)}
    \${i&&_(e,{do:"backfill",...a},"Backfill",r)}
  </span>\`}function qo({timeZone:e,now:t},{nextRuns:o,timezone:n="UTC"}){if(o.length===0)return;let i=e!==void 0&&e!==n?e:void 0;return l\`<details>
    <summary>Next \${o.length} runs</summary>
    <ul class="next">\${o.map(r=>l\`<li key=\${r}>
        \${z(r,n)} \${n}
        \${i&&l\`<small>\${z(r,i)} yours</small>\`}
        <small>in \${w(r-t)}</small>
      </li>\`)}</ul>
  </details>\`}function Io(e){return/^[\\w.-]+$/.test(e)?e:\`"\${e.replace(/["\\\\]/g,"\\\\$&")}"\`}function Ct(e,t){let{workers:o,without:n,unlisted:i}=t;return l\`<main id="main">
    <header class="title"><h1>Workers <small>\${m(o.length)}</small></h1></header>
    \${n.map(r=>l\`<p class="notice bad">No worker runs <code>\${r}</code>. Start one with <code>philjs-jobs work</code>, or <code>queue.process()</code>.</p>\`)}
    \${i.map(r=>l\`<p class="notice">The backend of <code>\${r}</code> does not list its workers.</p>\`)}
    <section class="card">
      \${T({caption:"Workers",rows:o,key:({id:r})=>r,empty:"No workers.",columns:[{label:"Process",kind:"name",cell:({host:r,pid:a})=>l\`<span><b>\${r}</b> <span class="id">\${a}</span></span>\`},{label:"Queue",cell:({queue:r})=>r},{label:"Concurrency",numeric:!0,cell:({concurrency:r})=>r},{label:"Knows",kind:"cause",cell:({jobs:r})=>Wo(r)},{label:"Up since",numeric:!0,cell:({startedAt:r})=>N(r,e.now)},{label:"Last seen",numeric:!0,cell:({seenAt:r})=>N(r,e.now)}]})}
    </section>
    \${Uo(e,t)}
  </main>\`}function Wo(e){let t=e.slice(0,12).join(", ");return e.length>12?\`\${t} and \${e.length-12} more\`:t}function Uo({root:e},{running:t}){if(t.length!==0)return l\`<section class="card">
    <h2>Running now</h2>
    <ul class="plain">\${t.map(({queue:o,name:n,count:i})=>l\`<li key=\${\`\${o} \${n}\`}>
        <a href=\${p(e,"jobs",{queue:o,q:"status:active"})}>\${V(i,"job")} \${n}</a> in \${o}
      </li>\`)}</ul>
  </section>\`}function St(e,t){switch(t.page){case"overview":return vt(e,t.data);case"jobs":return mt(e,t.data);case"job":return lt(e,t.data);case"failures":return ot(e,t.data);case"schedules":return xt(e,t.data);case"workers":return Ct(e,t.data);case"metrics":return ht(e,t.data)}}var Qo={live:"live",polling:"every 5 s",paused:"paused",away:"not answering",off:""};function Vt(e,t){let o=Object.keys(U).filter(i=>i!=="job"),n=e.page==="job"?"jobs":e.page;return l\`<header class="site">
    <a class="skip" href="#main">To the content</a>
    <a class="brand" href=\${p(e.root,"overview")}>PhilJS <b>Jobs</b></a>
    <nav aria-label="Pages">\${o.map(i=>l\`<a key=\${i} href=\${p(e.root,i)} aria-current=\${i===n?"page":void 0}>\${U[i]}</a>\`)}</nav>
    <span class=\${\`live \${t}\`}>\${Qo[t]}</span>
  </header>\`}function Tt(e,t){return l\`<dialog
    aria-labelledby="dialog-title"
    ref=\${Ho}
    onClose=\${i=>{i.currentTarget.isConnected&&t()}}
    onCancel=\${i=>{i.preventDefault(),e.kind==="progress"&&e.running?e.onStop():t()}}
  >
    <h2 id="dialog-title">\${e.title}</h2>
    \${e.kind==="form"?Go(e,t):Ko(e,t)}
  </dialog>\`}function Ho(e){e!==null&&!e.open&&e.showModal()}function Go({text:e,fields:t=[],submit:o,tone:n,error:i,onSubmit:r},a){return l\`<form method="dialog" onSubmit=\${c=>{c.preventDefault();let f=new FormData(c.currentTarget);r(Object.fromEntries([...f].map(([u,g])=>[u,String(g)])))}}>
    \${e!==void 0&&l\`<p>\${e}</p>\`}
    \${t.map(zo)}
    \${i!==void 0&&l\`<p class="notice bad" role="alert">\${i}</p>\`}
    <p class="buttons">
      <button type="submit" class=\${n}>\${o}</button>
      <button type="button" onClick=\${a}>Leave it</button>
    </p>
  </form>\`}function zo({name:e,label:t,kind:o,value:n="",required:i=!1}){let r=\`field-\${e}\`;return o==="checkbox"?l\`<p class="field" key=\${e}><label><input type="checkbox" name=\${e} value="yes" /> \${t}</label></p>\`:l\`<p class="field" key=\${e}>
    <label for=\${r}>\${t}</label>
    \${o==="textarea"?l\`<textarea id=\${r} name=\${e} rows="14" spellcheck=\${!1} required=\${i}>\${n}</textarea>\`:l\`<input id=\${r} name=\${e} type=\${o} defaultValue=\${n} required=\${i} />\`}
  </p>\`}function Ko({done:e,total:t,text:o,running:n,onStop:i},r){return l\`<div>
    <p><progress max=\${Math.max(1,t)} value=\${e} aria-label="Progress"></progress></p>
    <p role="status">\${o}</p>
    <p class="quiet">\${m(e)} of \${m(t)}</p>
    <p class="buttons">
      \${n?l\`<button type="button" class="danger" autofocus onClick=\${i}>Stop</button>\`:l\`<button type="button" class="main" autofocus onClick=\${r}>Close</button>\`}
    </p>
  </div>\`}var ce=class{boot;state;live="off";dialog;notice;selected=new Set;#e;#n;#r;#o=!1;constructor(t,o,n){this.#e=t,this.boot=o,this.state=o.state,this.#n=n}start(){ze(this.#a(),this.#e),this.#r=new Intl.DateTimeFormat().resolvedOptions().timeZone,document.documentElement.classList.add("script"),this.draw()}draw(){this.#o||(this.#o=!0,queueMicrotask(()=>{this.#o=!1,Ve(this.#a(),this.#e)}))}show(t){this.state=t,this.draw()}tell(t){this.notice=t,t!==void 0&&me(t.text),this.draw()}open(t){this.dialog=t,this.draw()}close(){this.#e.querySelector("dialog")?.close(),this.#t()}#t(){this.dialog!==void 0&&(this.dialog=void 0,this.draw(),queueMicrotask(()=>{document.activeElement===document.body&&this.#i()}))}#i(){let t=this.#e.querySelector("h1");t!==null&&(t.tabIndex=-1,t.focus({preventScroll:!0}))}#a(){let{boot:t,state:o,live:n,dialog:i,notice:r}=this,a={root:t.root,page:o.page,queues:t.queues,can:t.can,now:o.now,...this.#r!==void 0&&{timeZone:this.#r},selected:this.selected,on:s=>()=>this.#n(s)};return l\`<div class="app">
      \${Vt(a,n)}\${St(a,o)}
      \${r&&Yo(r,()=>this.tell(void 0))}
      \${i&&Tt(i,()=>this.close())}
    </div>\`}};function Yo({text:e,tone:t,href:o},n){return l\`<aside class=\${\`toast \${t}\`}>
    <p>\${e} \${o!==void 0&&l\`<a href=\${o}>Show it</a>\`}</p>
    <button type="button" aria-label="Close this message" onClick=\${n}>×</button>
  </aside>\`}function me(e){let t=document.getElementById("announcer");t!==null&&t.textContent!==e&&(t.textContent=e)}var pe=class{app;server;freeze;constructor(t,o,n){this.app=t,this.server=o,this.freeze=n}ask(t,o){let n=async r=>{try{await o(r),this.app.close(),await this.refresh()}catch(a){i(a.message)}},i=r=>this.app.open({kind:"form",...t,...r!==void 0&&{error:r},onSubmit:a=>{n(a)}});i()}async attempt(t){try{await t()}catch(o){this.app.tell({text:o.message,tone:"bad"})}await this.refresh()}done(t,o){this.app.tell({text:t,tone:"good",...o!==void 0&&{href:o}})}async refresh(){if(this.app.live==="off")return;let t=await this.server.page().catch(()=>{});t!==void 0&&this.app.show(t)}};var fe=class{#e;#n;#r;#o;#t=0;constructor(t){this.#e=t}start(){let t=()=>{document.hidden?this.#i():this.#a()};document.addEventListener("visibilitychange",t),t()}stop(){this.#i(),this.#t=Number.POSITIVE_INFINITY,this.#e.onLive("off")}#i(){this.#t+=1,this.#n?.close(),this.#n=void 0,clearTimeout(this.#r),this.#o?.(),this.#o=void 0,this.#e.onLive("paused")}async#a(){if(this.#t===Number.POSITIVE_INFINITY)return;this.#t+=1;let t=this.#t,o=()=>t===this.#t,n=await Zo();if(!o()){n?.();return}this.#o=n,n===void 0?await this.#s(o):this.#l(o)}#l(t){let{url:o,onState:n,onLive:i}=this.#e,r=new EventSource(o);this.#n=r,r.addEventListener("state",({data:a})=>{i("live"),n(JSON.parse(a))}),r.addEventListener("trouble",()=>i("away")),r.addEventListener("error",()=>{t()&&(i("away"),r.readyState===EventSource.CLOSED&&this.#s(t))})}async#s(t){let{server:o,onState:n,onLive:i}=this.#e;try{let r=await o.page();if(!t())return;i("polling"),n(r)}catch{if(!t())return;i("away")}this.#r=setTimeout(()=>{this.#s(t)},5e3)}};async function Zo(){if(!("locks"in navigator))return()=>{};for(let e=0;e<3;e+=1){let t=await Xo(\`philjs-jobs-live-\${e}\`);if(t!==void 0)return t}}function Xo(e){return new Promise(t=>{navigator.locks.request(e,{ifAvailable:!0},o=>{if(o===null){t(void 0);return}return new Promise(n=>t(n))})})}var Nt={"retry-matching":{verb:"Retry",done:"retried",tone:"main"},"remove-matching":{verb:"Remove",done:"removed",tone:"danger"}};function Re(e,t){let{verb:o,tone:n}=Nt[t.do];e.attempt(async()=>{let i=await en(e,t);if(i!==void 0){if(i===0){e.app.close(),e.done(\`There is nothing to \${o.toLowerCase()}.\`);return}e.app.open({kind:"form",title:\`\${o} \${V(i,"job")}?\`,text:"It is done in batches, and can be stopped.",submit:o,tone:n,onSubmit:()=>{e.attempt(()=>tn(e,t,i))}})}})}async function en(e,t){let o=new AbortController,n=({count:r,scanned:a,total:s})=>e.app.open({kind:"progress",title:"Counting",done:a,total:s,text:\`\${V(r,"job")} so far\`,running:!0,onStop:()=>{o.abort(),e.app.close()}}),{count:i}=await Dt(e,t,!0,o.signal,n);return o.signal.aborted?void 0:i}async function tn(e,t,o){let{verb:n,done:i}=Nt[t.do],r=new AbortController,a=(u,g,h)=>e.app.open({kind:"progress",title:\`\${n} \${V(o,"job")}\`,done:u,total:o,text:g,running:h,onStop:()=>r.abort()}),s=0,c=u=>{s=u.count,a(s,\`\${m(s)} \${i}\`,!0)},f="";try{await Dt(e,t,!1,r.signal,c),r.signal.aborted&&(f="Stopped. ")}catch(u){f=\`\${u.message} \`}a(s,\`\${f}\${m(s)} \${i}.\`,!1)}async function Dt({server:e},{do:t,queue:o,search:n},i,r,a){let s={count:0,scanned:0,total:0},c;a(s);do{let f={queue:o,search:n,dryRun:i,...c!==void 0&&{cursor:c}},u=await e.do(t,f);c=u.cursor,s={count:s.count+(i?u.matched:u.changed),scanned:s.scanned+u.scanned,total:u.total},(!r.aborted||!i)&&a(s)}while(c!==void 0&&!r.aborted);return s}var on={retry:"put back to run again",promote:"made ready",cancel:"cancelled",remove:"removed"};function K(e,t){let o=nn(t);o===void 0?e.attempt(()=>Pt(e,t,{})):e.ask(o,n=>Pt(e,t,n))}function Rt(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("duplicate",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,p(e.app.boot.root,"job",{queue:t,id:n}))})}function jt(e,{queue:t,id:o}){e.attempt(async()=>{let i={title:"Run again with edits",text:"A new job is enqueued; this one stays as it is. What is masked is put back where its mask stands.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:await e.server.payload(t,o),required:!0}],submit:"Enqueue",tone:"main"};e.ask(i,async({payload:r=""})=>{let{id:a}=await e.server.do("edit",{queue:t,id:o,payload:r});e.done(\`Enqueued as \${a}.\`,p(e.app.boot.root,"job",{queue:t,id:a}))})})}function Jt(e,{queue:t,id:o}){let n={title:"Reveal what is masked?",text:"The audit log notes who did.",submit:"Reveal",tone:"danger"};e.ask(n,async()=>{let{data:i}=await e.server.do("reveal",{queue:t,id:o});e.freeze(),e.app.show({page:"job",data:i,now:e.app.state.now})})}function nn({do:e,ids:t}){let o=t.length===1?"this job":V(t.length,"job");if(e==="remove")return{title:\`Remove \${o}?\`,text:t.length===1?"It cannot be brought back.":"They cannot be brought back.",submit:"Remove",tone:"danger"};if(e==="cancel")return{title:\`Cancel \${o}?\`,text:"What waits never starts; what runs is told to stop.",fields:[{name:"reason",label:"Reason",kind:"text"},{name:"force",label:"Do not wait for the handler to stop",kind:"checkbox"}],submit:"Cancel it",tone:"danger"}}async function Pt(e,t,o){let{do:n,queue:i,ids:r}=t,{reason:a="",force:s}=o,c={...a!==""&&{reason:a},...s==="yes"&&{force:!0}},{changed:f}=await e.server.do(n,{queue:i,ids:r,...c}),{app:u}=e;u.selected=new Set;let g=r.length-f;e.done(\`\${V(f,"job")} \${on[n]}\${g>0?\`, \${g} left: in another state by now\`:""}.\`),n==="remove"&&u.state.page==="job"&&location.assign(p(u.boot.root,"jobs",{queue:i})??u.boot.root)}function Ot(e,{queue:t}){let o={title:\`Pause \${t}?\`,text:"No process starts another of its jobs until it is resumed. What runs goes on.",submit:"Pause",tone:"main"};e.ask(o,async()=>{await e.server.do("pause",{queue:t}),e.done(\`\${t} is paused.\`)})}function Et(e,{queue:t}){e.attempt(async()=>{await e.server.do("resume",{queue:t}),e.done(\`\${t} goes on.\`)})}var rn=864e5;function Ft(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("trigger",{queue:t,id:o}),e.done(\`\${o} was run.\`)})}function Lt(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("resume-schedule",{queue:t,id:o}),e.done(\`\${o} fires again.\`)})}function Bt(e,{queue:t,id:o}){let n={title:\`Pause \${o}?\`,fields:[{name:"note",label:"Why",kind:"text"}],submit:"Pause",tone:"main"};e.ask(n,async({note:i=""})=>{await e.server.do("pause-schedule",{queue:t,id:o,...i!==""&&{note:i}}),e.done(\`\${o} is paused.\`)})}function At(e,{queue:t,id:o}){let n=Date.now(),i={title:\`Backfill \${o}\`,text:"Enqueues the jobs of past ticks that have not run. Doing it twice enqueues nothing twice.",fields:[Mt("from","From",n-rn),Mt("to","To",n)],submit:"Backfill",tone:"main"};e.ask(i,async({from:r="",to:a=""})=>{let s={from:new Date(r).getTime(),to:new Date(a).getTime()},{changed:c}=await e.server.do("backfill",{queue:t,id:o,...s});e.done(\`\${V(c,"job")} enqueued.\`)})}function Mt(e,t,o){return{name:e,label:t,kind:"datetime-local",value:an(o),required:!0}}function an(e){let t=new Date(e).getTimezoneOffset()*6e4;return new Date(e-t).toISOString().slice(0,16)}function qt({app:e},{ids:t,on:o}){let n=new Set(e.selected);for(let i of t)o?n.add(i):n.delete(i);e.selected=n,e.draw()}var sn={retry:K,promote:K,cancel:K,remove:K,duplicate:Rt,edit:jt,reveal:Jt,"retry-matching":Re,"remove-matching":Re,pause:Ot,resume:Et,trigger:Ft,"pause-schedule":Bt,"resume-schedule":Lt,backfill:At,select:qt};function It(e,t){let o=sn[t.do];o(e,t)}var he=class extends Error{status;constructor(t,o){super(o),this.status=t}},ge=class{#e;constructor(t){this.#e=t}async page(){return await(await je(location.href.split("#",1)[0]??"",{headers:{accept:"application/json"}})).json()}async payload(t,o){let n=new URLSearchParams({queue:t,id:o});return(await(await je(\`\${this.#e}-/payload?\${n}\`,{})).json()).text}async do(t,o,n){return await(await je(\`\${this.#e}-/do/\${t}\`,{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify(o),...n&&{signal:n}})).json()}};async function je(e,t){let o=await fetch(e,t).catch(i=>{throw t.signal?.aborted?i:new he(0,"The dashboard does not answer.")});if(o.ok)return o;let n=await o.json().catch(()=>({}));throw new he(o.status,n?.error?.message??\`It answered \${o.status}.\`)}var ln=document.getElementById("app"),ye=JSON.parse(document.getElementById("boot")?.textContent??""),Ut=new ge(ye.root),q=new ce(ln,ye,e=>It(dn,e)),Qt=new fe({server:Ut,url:\`\${ye.root}-/live/\${ye.state.page}\${location.search}\`,onState:un,onLive:e=>{q.live!==e&&(e==="away"&&me("The dashboard does not answer."),q.live=e,q.draw())}}),dn=new pe(q,Ut,()=>Qt.stop());q.start();Qt.start();document.addEventListener("keydown",cn);function un(e){let t=Wt(q.state),o=Wt(e);q.show(e),document.title=Ee(e),t!==o&&me(o),document.dispatchEvent(new CustomEvent("philjs-state",{detail:e}))}function Wt(e){if(e.page==="job")return\`The job is \${e.data.status}.\`;if(e.page!=="overview")return"";let{problems:t}=e.data.health;return t.length===0?"Nothing needs you.":t.map(({message:o})=>o.replaceAll("\`","")).join("; ")}function cn(e){let t=e.target.matches("input, textarea, select");if(e.key!=="/"||t||e.ctrlKey||e.metaKey||e.altKey)return;let o=document.getElementById("q");o!==null&&(e.preventDefault(),o.focus())}
`,
};
